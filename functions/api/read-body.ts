import type * as z from 'zod'
import { limits } from '#contracts/http/limits.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { Refusal } from '#domain/errors.ts'
import type { HttpEvent } from '../runtime/http-function.ts'
import { checkJson } from './check-json.ts'
import { reasonsOf } from './reasons-of.ts'

const textOf = ({ body, isBase64Encoded }: Pick<HttpEvent, 'body' | 'isBase64Encoded'>): string => {
  if (body === undefined || body === null) return ''
  const bytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes > limits.bodyBytes)
    throw new Refusal(
      'payload_too_large',
      `The body has ${bytes} bytes; at most ${limits.bodyBytes} are taken. Split an import (500 orders each at most); put files beside the instrument.`,
    )
  if (!isBase64Encoded) return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'))
  } catch {
    throw new Refusal('malformed_request', 'The body is not UTF-8 text.')
  }
}

const jsonOf = (text: string, contentType: string | undefined): unknown => {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json')
    throw new Refusal(
      'unsupported_media_type',
      `The body is ${type ? `"${type.slice(0, 60)}"` : 'of no stated type'}; send JSON with content-type: application/json.`,
    )
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal(
      'malformed_request',
      `The body is not JSON: ${error instanceof Error ? error.message.slice(0, 200).toWellFormed() : 'it cannot be read'}.`,
    )
  }
}

const checked = (schema: z.ZodType, body: unknown): unknown => {
  const unkept = checkJson(body)
  const parsed = unkept ? undefined : schema.safeParse(body)
  if (parsed?.success) return parsed.data
  const reasons = unkept ? [unkept] : parsed ? reasonsOf(parsed.error, '') : []
  const [first] = reasons
  throw new Refusal(
    'invalid',
    `The body breaks the rules of this request: ${first?.path ? `${first.path} ` : ''}${first?.message ?? ''}. See the reasons.`,
    { reasons },
  )
}

/**
 * The body as the route wants it. None at all is read as `{}` where that is enough.
 * @throws Refusal `payload_too_large`, `unsupported_media_type`, `malformed_request`, `invalid` with reasons
 */
export const readBody = (route: RouteShape, event: HttpEvent): unknown => {
  const text = textOf(event).trim()
  if (!route.body) {
    if (text !== '' && text !== '{}')
      throw new Refusal('invalid', 'This request takes no body; send none, so that nothing you mean is overlooked.')
    return undefined
  }
  if (text !== '') return checked(route.body, jsonOf(text, event.headers?.['content-type']))
  const empty = route.body.safeParse({})
  if (!empty.success)
    throw new Refusal('malformed_request', 'This request needs a JSON body. GET /v1/openapi.json describes it.')
  return empty.data
}
