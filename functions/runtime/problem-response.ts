import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import { type Problem, problemOf } from '#contracts/http/problem.ts'
import type { Refusal } from '#domain/errors.ts'

const response = (problem: Problem, headers: Record<string, string> = {}): Result => ({
  statusCode: problem.status,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(problem),
})

/** Reasons of `method_not_allowed` name the methods; HTTP wants them in a header too (RFC 9110, 15.5.6). */
export const allowedMethods = 'allowed-methods'

const headersOf = ({ code, reasons, current }: Refusal): Record<string, string> => {
  const allowed = reasons.find((reason) => reason.code === allowedMethods)
  const version = (current as { version?: unknown } | undefined)?.version
  return {
    ...(code === 'unauthenticated' && { 'www-authenticate': 'Bearer' }),
    ...((code === 'unavailable' || code === 'contended') && { 'retry-after': '1' }),
    ...(allowed && { allow: allowed.message }),
    ...(code === 'stale_version' && typeof version === 'number' && { etag: `"${version}"` }),
  }
}

/** A refusal as RFC 9457 tells it. `reference` is the id of the request, to be found in the log. */
export const refusalResponse = (refusal: Refusal, reference: string): Result => {
  const { code, message, reasons, current } = refusal
  const problem = problemOf(code, message, {
    ...(reasons.length > 0 && { reasons: reasons.map((reason) => ({ ...reason })) as Problem['reasons'] }),
    ...(current !== undefined && { current }),
    reference,
  })
  return response(problem, headersOf(refusal))
}

/** An error that is no refusal is ours: the log has it whole, the caller gets no details. */
export const failureResponse = (reference: string): Result =>
  response(
    problemOf(
      'internal',
      `Something broke inside Benchtime; it was not your request. Quote reference ${reference} to whoever runs it.`,
      { reference },
    ),
  )
