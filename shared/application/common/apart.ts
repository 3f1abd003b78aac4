/** Told of what could not be done for one thing, by its id. */
export type OnFailure = (id: string, error: unknown) => void

/**
 * Does something for one of many things, so that one that fails does not keep the others waiting (I15).
 * @returns undefined where it failed, and somebody was told why
 */
export const apart = async <T>(id: string, work: () => Promise<T>, onFailure: OnFailure): Promise<T | undefined> => {
  try {
    return await work()
  } catch (error) {
    onFailure(id, error)
    return undefined
  }
}
