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
  /** Bytes of the parameters of a run, as JSON. */
  parametersBytes: 16_384,
  /** Levels of nesting in a body; the table takes 32, and the document around a value needs some of them. */
  jsonDepth: 16,
} as const
