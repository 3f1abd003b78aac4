import { storedReaders } from './reads.ts'
import { recoveryReaders } from './recovery-reads.ts'
import { scheduleReaders } from './schedule-reads.ts'

/** What is done by the function that tells of people, schedules and runs, and only reads. */
export const readHandlers = { ...storedReaders, ...scheduleReaders, ...recoveryReaders }
