/**
 * The closed set of ways in which the product says no. Each code has one meaning; `contracts/http` maps it to a status.
 * A message says what is wrong and what to do about it.
 */
export const refusalCodes = {
  malformed_request: 'The request could not be read at all: not JSON, or not the shape of a request.',
  invalid: 'The request was read, but a value breaks a rule. `reasons` lists every rule broken.',
  unauthenticated: 'No token, or one that is expired, foreign or malformed.',
  forbidden: 'The caller is known and may not do this.',
  not_found: 'Nothing of that id is visible to the caller; another workspace answers the same.',
  method_not_allowed: 'The path exists, the method does not.',
  unsupported_media_type: 'The body is not application/json.',
  payload_too_large: 'The body is larger than a request may be.',
  already_exists: 'Something of that name or id is there already.',
  invalid_state: 'The thing is in a state in which this cannot be done.',
  asset_busy: 'An asset is not free; `reasons` says who holds it and when it is free next.',
  against_rules: 'A rule of booking says no; `reasons` lists every rule broken, and who may override it.',
  stale_version: 'The thing changed since it was read; the answer carries its current state.',
  precondition_required: 'A change needs If-Match with the ETag that was read.',
  idempotency_key_reused: 'The Idempotency-Key was used before with another request.',
  limit_exceeded: 'More than the workspace or the product allows.',
  contended: 'Others changed the same things at the same time, repeatedly. Trying again is safe.',
  unavailable: 'Something Benchtime depends on did not answer. Trying again is safe.',
} as const

export type RefusalCode = keyof typeof refusalCodes

/** One machine-readable reason of a refusal. `path` points into the request (JSON pointer) where that makes sense. */
export type Reason = {
  readonly code: string
  readonly message: string
  readonly path?: string | undefined
  readonly facts?: Readonly<Record<string, unknown>> | undefined
  /** Of a broken rule: whether anybody may override it, and the least role that may. */
  readonly severity?: 'hard' | 'soft'
  readonly overridableBy?: string | undefined
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly reasons: readonly Reason[]
  /** The current state of the thing, for `stale_version` and `invalid_state`. */
  readonly current: unknown

  constructor(code: RefusalCode, message: string, more: { reasons?: readonly Reason[]; current?: unknown } = {}) {
    super(message)
    this.code = code
    this.reasons = more.reasons ?? []
    this.current = more.current
  }
}

export const notFound = (what: string, id: string): Refusal =>
  new Refusal(
    'not_found',
    what === 'workspace'
      ? `You are a member of no workspace ${id}. GET /v1/workspaces lists yours; an admin of it can add you.`
      : `There is no ${what} ${id} in this workspace. List them to see which there are.`,
  )
