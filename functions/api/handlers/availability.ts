import { assetReaders } from './asset-reads.ts'
import { bookingReaders } from './booking-reads.ts'
import { conflictReaders } from './conflict-reads.ts'
import { planReaders } from './plan-reads.ts'

/** What is done by the function that tells of assets and their calendars, and only reads. */
export const availabilityHandlers = { ...assetReaders, ...bookingReaders, ...conflictReaders, ...planReaders }
