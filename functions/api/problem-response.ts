import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import { type Problem, problemOf } from '#contracts/http/problem.ts'
import { Refusal } from '#domain/errors.ts'
import { log } from '../runtime/log.ts'

const response = (problem: Problem, headers: Record<string, string> = {}): Result => ({
  statusCode: problem.status,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(problem),
})

/** What a person gets when something went wrong. An error that is no refusal is ours: logged whole, told without details. */
export const problemResponse = (error: unknown, reference: string, headers: Record<string, string> = {}): Result => {
  if (error instanceof Refusal) {
    const { code, message, reasons, current } = error
    const more = {
      ...(reasons.length > 0 && { reasons: [...reasons] as Problem['reasons'] & {} }),
      ...(current !== undefined && { current }),
      reference,
    }
    const retry = code === 'unavailable' || code === 'contended' ? { 'retry-after': '1' } : undefined
    return response(problemOf(code, message, more), { ...headers, ...retry })
  }
  log.error('A request failed unexpectedly.', { reference, error: error instanceof Error ? error : String(error) })
  return response(
    problemOf(
      'internal',
      `Something broke inside Benchtime; it was not your request. Quote reference ${reference} to whoever runs it.`,
      { reference },
    ),
  )
}
