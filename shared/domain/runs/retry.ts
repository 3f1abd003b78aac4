import type { DriveResult } from '../commands/command.ts'
import type { Retry, RetryableFailure } from '../schedules/schedule.ts'
import type { EndReason } from './run.ts'

const dayInSeconds = 86_400

/** Seconds to wait before the retry after `attempt` failed: never longer than the cap, which is a day at most. */
export const retryDelaySeconds = (retry: Retry, attempt: number): number => {
  const { delaySeconds, backoff, maxDelaySeconds = dayInSeconds } = retry
  const grown =
    backoff === 'fixed'
      ? delaySeconds
      : backoff === 'linear'
        ? delaySeconds * attempt
        : delaySeconds * 2 ** (attempt - 1)
  return Math.min(grown, Math.max(delaySeconds, maxDelaySeconds))
}

const kindOf = (reason: EndReason, result: DriveResult | undefined): RetryableFailure => {
  switch (reason) {
    case 'agent-silent':
      return 'silence'
    case 'refused-by-agent':
      return result?.reason === 'instrument-busy' ? 'busy' : 'launch'
    default:
      return 'instrument'
  }
}

/** Whether the settings ask for a retry of such a failure. */
export const isRetried = (retry: Retry, reason: EndReason, result: DriveResult | undefined): boolean => {
  const kind = kindOf(reason, result)
  if (retry.on && !retry.on.includes(kind)) return false
  return kind !== 'instrument' || !retry.exitCodes || result?.exitCode === undefined
    ? true
    : retry.exitCodes.includes(result.exitCode)
}
