import { Refusal } from '#domain/errors.ts'

/** Trouble that passes: the table is busy with the same items, throttles, or did not answer. */
const passing = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
])
const passingReasons = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

const isPassing = (error: unknown): boolean => {
  const { name, CancellationReasons: reasons } = error as { name?: string; CancellationReasons?: { Code?: string }[] }
  if (name === undefined) return false
  if (passing.has(name)) return true
  const codes = (reasons ?? []).map(({ Code }) => Code ?? 'None').filter((code) => code !== 'None')
  return name === 'TransactionCanceledException' && codes.length > 0 && codes.every((code) => passingReasons.has(code))
}

const attempts = 6
const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(1_000, 25 * 2 ** attempt)))

/** A moment after a lost race, so that those who met at an item do not meet there again at once. */
export const afterConflict = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * 20))

/** Asks again, with growing random pauses, while the trouble is of the passing kind. The last error leaves as it is. */
export const askAgain = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw error
      await pause(attempt)
    }
  }
}

/** What an AWS error becomes when it leaves the adapter. A missing grant is a mistake of ours and is told as it is. */
export const unavailable = (error: unknown): unknown => {
  const { name, message } = error as { name?: string; message?: string }
  if (error instanceof Refusal || name === 'AccessDeniedException' || name === 'ValidationException') return error
  return new Refusal(
    'unavailable',
    `The table did not answer (${name}: ${message}). Nothing may be assumed done; trying again is safe.`,
  )
}

/** A read: asked again while the trouble passes, then told as `unavailable`. */
export const read = <T>(ask: () => Promise<T>): Promise<T> =>
  askAgain(ask).catch((error: unknown) => {
    throw unavailable(error)
  })
