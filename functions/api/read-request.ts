import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as z from 'zod'
import { limits } from '#contracts/http/limits.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { type Reason, Refusal } from '#domain/errors.ts'

type Headers = Readonly<Record<string, string | undefined>>

const reasonsOf = (error: z.ZodError, where: string): Reason[] =>
  error.issues.slice(0, 20).map(({ code, message, path }) => ({
    code,
    message,
    path: `${where}${path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`,
  }))

const bodyTextOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): string => {
  if (body === undefined) return ''
  const bytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes > limits.bodyBytes)
    throw new Refusal(
      'payload_too_large',
      `The body has ${bytes} bytes; at most ${limits.bodyBytes} are taken. Put large files beside the instrument and name their path.`,
    )
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body
}

const jsonOf = (text: string, headers: Headers): unknown => {
  if (text.trim() === '') return undefined
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json' && type !== 'application/merge-patch+json')
    throw new Refusal(
      'unsupported_media_type',
      `The body is ${type ? `"${type}"` : 'of no type'}; send JSON with content-type: application/json.`,
    )
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal(
      'malformed_request',
      `The body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read'}.`,
    )
  }
}

/** The body as the route wants it. A route without a body ignores an empty object. */
export const readBody = (route: RouteShape, event: APIGatewayProxyEventV2): unknown => {
  const text = bodyTextOf(event)
  if (!route.body) return undefined
  const json = jsonOf(text, event.headers)
  if (json === undefined)
    throw new Refusal('malformed_request', 'This request needs a JSON body. GET /v1/openapi.json describes it.')
  const parsed = route.body.safeParse(json)
  if (!parsed.success)
    throw new Refusal('invalid', 'The body breaks the rules of this request. See the reasons.', {
      reasons: reasonsOf(parsed.error, ''),
    })
  return parsed.data
}

export const readQuery = (route: RouteShape, event: APIGatewayProxyEventV2): unknown => {
  const given = event.queryStringParameters ?? {}
  if (!route.query) {
    const [first] = Object.keys(given)
    if (first !== undefined)
      throw new Refusal('invalid', `This request takes no query parameters; "${first.slice(0, 50)}" was given.`)
    return {}
  }
  const parsed = route.query.safeParse(given)
  if (!parsed.success)
    throw new Refusal('invalid', 'A query parameter is wrong. See the reasons.', {
      reasons: reasonsOf(parsed.error, '/query'),
    })
  return parsed.data
}

/** The version that the caller read, from If-Match; undefined for `*`. @throws Refusal `precondition_required`, `malformed_request` */
export const readVersion = (route: RouteShape, headers: Headers): number | undefined => {
  if (!route.conditional) return undefined
  const given = headers['if-match']?.trim()
  if (given === undefined || given === '')
    throw new Refusal(
      'precondition_required',
      'Send If-Match with the ETag of what you read, so that nobody’s change is lost; or If-Match: * to insist.',
    )
  if (given === '*') return undefined
  const [, version] = /^"(\d{1,15})"$/.exec(given) ?? []
  if (version === undefined)
    throw new Refusal(
      'malformed_request',
      `If-Match must be one strong ETag such as "3", as the answer to GET gives it; it was ${given.slice(0, 60)}.`,
    )
  return Number(version)
}

/** @throws Refusal `malformed_request` */
export const readIdempotencyKey = (route: RouteShape, headers: Headers): string | undefined => {
  if (!route.creates) return undefined
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (key.length > limits.idempotencyKey || !/^[\x21-\x7e]+$/.test(key))
    throw new Refusal(
      'malformed_request',
      `Idempotency-Key must be 1 to ${limits.idempotencyKey} printable ASCII characters without spaces; a UUID is a good one.`,
    )
  return key
}
