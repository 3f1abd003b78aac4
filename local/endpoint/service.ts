/** What the endpoint and the services behind it agree on. */
import type { Question } from './iam-types.ts'

/** An HTTP request, body read. */
export type WireRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** One call of an AWS operation, whoever makes it and however it came. */
export type Call = { readonly operation: string; readonly input: Record<string, unknown> }

export type Caller = {
  /** Logical id of the function, or the name of the service that acts in a role. */
  readonly name: string
  /** Undefined for the administrator, who may do everything. */
  readonly roleArn?: string | undefined
}

export type Service = {
  /** As in the scope of a SigV4 credential. */
  readonly signingName: string
  /** Reads operation and input off the wire; throws ServiceError where it is none of this service's. */
  read(request: WireRequest): Call
  /** Every permission that the call needs. */
  permissions(call: Call): readonly Question[]
  /** Carries the call out. The answer is the JSON body. */
  handle(call: Call, caller: Caller): Promise<Record<string, unknown>>
  /** The exception by which this service throttles. */
  readonly throttle: string
}

/** An exception of an AWS service, as the SDK will see it: `name` is the exception's name. */
export class ServiceError extends Error {
  readonly status: number
  /** More members of the error's body, such as CancellationReasons. */
  readonly body: Record<string, unknown>
  constructor(name: string, message: string, status = 400, body: Record<string, unknown> = {}) {
    super(message)
    this.name = name
    this.status = status
    this.body = body
  }
}

/** An answer that is not JSON: as a service that speaks plain HTTP gives it. */
export type RawAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}
const rawMark = 'raw answer'
export const raw = (
  status: number,
  headers: RawAnswer['headers'],
  body: RawAnswer['body'],
): Record<string, unknown> => ({
  [rawMark]: { status, headers, body } satisfies RawAnswer,
})
export const rawOf = (answer: Record<string, unknown>): RawAnswer | undefined =>
  answer[rawMark] as RawAnswer | undefined

/** A required text of an operation's input. */
export const textIn = (input: Record<string, unknown>, key: string): string => {
  const value = input[key]
  if (typeof value !== 'string' || value === '') throw new ServiceError('ValidationException', `"${key}" is required.`)
  return value
}

/** Reads an AWS JSON 1.0 request: `X-Amz-Target: <prefix>.<Operation>` and a JSON body. */
export const readJsonProtocol = (request: WireRequest): Call => {
  const target = String(request.headers['x-amz-target'] ?? '')
  const operation = target.slice(target.lastIndexOf('.') + 1)
  if (operation === '') throw new ServiceError('UnknownOperationException', 'The request names no operation.')
  return { operation, input: parseBody(request.body) }
}

export const parseBody = (body: Buffer): Record<string, unknown> => {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.')
  }
}
