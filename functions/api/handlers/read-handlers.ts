import { bookingReaders } from './booking-reads.ts'
import { conflictReaders } from './conflict-reads.ts'
import { planReaders } from './plan-reads.ts'
import { storedReaders } from './reads.ts'
import { recoveryReaders } from './recovery-reads.ts'
import { scheduleReaders } from './schedule-reads.ts'

/** What is done by the function that only reads. */
export const readHandlers = {
  ...storedReaders,
  ...scheduleReaders,
  ...bookingReaders,
  ...conflictReaders,
  ...planReaders,
  ...recoveryReaders,
}
