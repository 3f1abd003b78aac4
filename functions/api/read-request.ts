import { limits } from '#contracts/http/limits.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { Refusal } from '#domain/errors.ts'
import type { HttpEvent } from '../runtime/http-function.ts'
import { reasonsOf } from './reasons-of.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** @throws Refusal `invalid`, also for a parameter that the route does not know */
export const readQuery = (route: RouteShape, event: HttpEvent): unknown => {
  const given = event.queryStringParameters ?? {}
  if (!route.query) {
    const [first] = Object.keys(given)
    if (first !== undefined)
      throw new Refusal(
        'invalid',
        `This request takes no query parameters; "${first.slice(0, 50).toWellFormed()}" was given.`,
      )
    return {}
  }
  const parsed = route.query.safeParse(given)
  if (parsed.success) return parsed.data
  const reasons = reasonsOf(parsed.error, '/query')
  const [first] = reasons
  const name = first?.path?.replace('/query', '').slice(1)
  throw new Refusal(
    'invalid',
    `${name ? `The query parameter "${name}"` : 'A query parameter'} is wrong: ${first?.message}. See the reasons.`,
    { reasons },
  )
}

/**
 * The version that the caller read, from If-Match: `any` for `*`, undefined where there is none and none is needed.
 * Only one strong ETag is taken: a weak one does not promise that it names the same state (RFC 9110, 13.1.1).
 * @throws Refusal `precondition_required`, `malformed_request`
 */
export const readVersion = (route: RouteShape, headers: Headers): number | 'any' | undefined => {
  const given = headers['if-match']?.trim()
  if (given === undefined || given === '') {
    if (route.ifMatch !== 'required') return undefined
    throw new Refusal(
      'precondition_required',
      'Send If-Match with the ETag of what you read, so that nobody’s change is lost; or If-Match: * to insist.',
    )
  }
  if (!route.ifMatch) {
    if (route.method === 'GET' || route.creates) return undefined
    throw new Refusal(
      'malformed_request',
      'This request does not heed If-Match: what is possible depends on the state alone. Send it without.',
    )
  }
  if (given === '*') return 'any'
  const [, version] = /^"(\d{1,15})"$/.exec(given) ?? []
  if (version === undefined)
    throw new Refusal(
      'malformed_request',
      `If-Match must be one strong ETag such as "3", as the answer to GET gives it, or *; it was ${given.slice(0, 60).toWellFormed()}.`,
    )
  return Number(version)
}

/** @throws Refusal `malformed_request` */
export const readIdempotencyKey = (route: RouteShape, headers: Headers): string | undefined => {
  const key = headers['idempotency-key']
  if (!route.creates || key === undefined) return undefined
  if (key.length > limits.idempotencyKey || !/^[\x21-\x7e]+$/.test(key))
    throw new Refusal(
      'malformed_request',
      `Idempotency-Key must be 1 to ${limits.idempotencyKey} printable ASCII characters without spaces; a UUID is a good one.`,
    )
  return key
}
