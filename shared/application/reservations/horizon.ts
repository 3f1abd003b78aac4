import { dayMs } from '#domain/time.ts'

/**
 * How far ahead a booking may end, in days. It bounds what must be read to know every claim on an asset (one ledger item a
 * day), so that a capacity can be lowered safely in one transaction of at most 100 actions.
 */
export const horizonDays = 90
export const horizonMs = horizonDays * dayMs
