/** @returns whether the time that something may take is over */
export type Deadline = () => boolean
