/** Limits of the HTTP API, in one place. */
export const limits = {
  /** Bytes of a request body. */
  bodyBytes: 262_144,
  pageDefault: 20,
  pageMaximum: 100,
  /** Characters of an Idempotency-Key. */
  idempotencyKey: 128,
  /** How long the answer to an Idempotency-Key is kept. */
  idempotencyDays: 7,
  /** A booking may be this long at most, in hours; every UTC day it touches is one more item of its transaction. */
  bookingHours: 14 * 24,
} as const
