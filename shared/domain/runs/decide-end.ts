import type { Command, DriveResult } from '../commands/command.ts'
import { mayBeDriving } from '../commands/command.ts'
import type { RecoveryCause } from '../recovery/recovery.ts'
import type { ContinuationOption, UncertainFact } from '../recovery/uncertain.ts'
import type { Schedule } from '../schedules/schedule.ts'
import { instantOf, msOf, seconds } from '../time.ts'
import type { Stop } from '../workspaces/stop.ts'
import { mayRun } from './may-run.ts'
import { isRetried, retryDelaySeconds } from './retry.ts'
import { currentAttempt, type End, type EndReason, hasDrive, type LiveRun, type Outcome } from './run.ts'

/** Why a run is being ended now. */
export type EndCause =
  /** The Drive state ended; the command says how. */
  | { readonly kind: 'drive-succeeded' }
  /** The Drive state failed: an end other than success, a timeout, a lost heartbeat, a crash. `error` is the state machine's error name. */
  | { readonly kind: 'drive-failed'; readonly error: string; readonly detail: string }
  /** The execution is over without having finished the run: stopped, failed, timed out. */
  | { readonly kind: 'execution-ended'; readonly detail: string }
  | { readonly kind: 'abort-requested' }

/** Why a person has to look, what nobody knows, and how it may go on. */
export type RecoveryNeed = {
  readonly cause: RecoveryCause
  readonly facts: readonly UncertainFact[]
  readonly options: readonly ContinuationOption[]
}

export type EndDecision =
  | {
      readonly kind: 'end'
      readonly outcome: Outcome
      readonly end: End
      /** Release gives the assets back; quarantine keeps them, because the instrument may be moving. */
      readonly assets: 'release' | 'quarantine'
      /** A person has to look before the schedule runs again. */
      readonly recovery: RecoveryNeed | undefined
    }
  | { readonly kind: 'retry'; readonly reason: EndReason; readonly message: string; readonly delaySeconds: number }
  /** The drive may be going on and is being stopped: the agent will report, or the deadline of the drive will pass. */
  | { readonly kind: 'await-agent' }

type Facts = {
  readonly run: LiveRun
  /** The command of the drive at hand, if it is in the mailbox. */
  readonly command: Command | undefined
  readonly schedule: Schedule | undefined
  /** The kill switch that is thrown for it, if one is. */
  readonly stop?: Stop | undefined
  readonly cause: EndCause
  readonly nowMs: number
}

/** A stop at the instrument is one by a person, too: somebody stood before it. */
const stoppedByPerson = (run: LiveRun, result: DriveResult): boolean =>
  run.abort?.by.kind === 'person' || result.reason === stoppedAtInstrument

/** How drivers say that somebody stopped it at the instrument itself. */
const stoppedAtInstrument = 'stopped-at-instrument'

const resultWords: Record<DriveResult['outcome'], [EndReason, string]> = {
  succeeded: ['completed', 'The instrument reported success.'],
  failed: ['instrument-failed', 'The instrument reported failure.'],
  refused: ['refused-by-agent', 'The agent could not start it.'],
  aborted: ['abort-requested', 'It was stopped on request.'],
  indeterminate: [
    'uncertain-drive',
    'The agent cannot tell whether the instrument ran. Look at it, then release its assets.',
  ],
}

const silenceReason = (cause: EndCause): [EndReason, string] => {
  if (cause.kind === 'drive-failed' && cause.error === 'States.HeartbeatTimeout')
    return ['lost-contact', 'The agent took the command and then fell silent. The instrument may still be running.']
  if (cause.kind === 'drive-failed' && cause.error === 'States.Timeout')
    return ['time-limit', 'It ran past its time limit and did not report an end. The instrument may still be running.']
  return ['workflow-broken', 'The workflow ended while the instrument may have been running.']
}

/**
 * How a live run ends, given what is known now. A missed heartbeat does not mean that the instrument stopped: what was
 * granted and is not known to have ended is indeterminate, and its assets stay held.
 */
export const decideEnd = ({ run, command, schedule, stop, cause, nowMs }: Facts): EndDecision => {
  const at = instantOf(nowMs)
  const end = (
    outcome: Outcome,
    reason: EndReason,
    message: string,
    more: { result?: DriveResult; quarantine?: boolean; recovery?: RecoveryCause | false; facts?: End['facts'] } = {},
  ): EndDecision => ({
    kind: 'end',
    outcome,
    end: {
      reason,
      message,
      at,
      ...(more.result?.exitCode !== undefined && { exitCode: more.result.exitCode }),
      ...(more.result?.outputTail !== undefined && { outputTail: more.result.outputTail }),
      ...(more.facts && { facts: more.facts }),
    },
    assets: more.quarantine ? 'quarantine' : 'release',
    recovery: more.recovery
      ? { cause: more.recovery, facts: more.result?.uncertain ?? [], options: more.result?.options ?? [] }
      : undefined,
  })
  /** Where it is to be tidied up, it is not tried again before. */
  const tidiedUp = (reason: EndReason) => reason === 'time-limit' && run.work.overtime?.cleanUpProtocolId !== undefined
  const failed = (reason: EndReason, message: string, result?: DriveResult): EndDecision =>
    !tidiedUp(reason) &&
    run.abort === undefined &&
    run.attempts.length < run.retry.maxRetries &&
    isRetried(run.retry, reason, result)
      ? { kind: 'retry', reason, message, delaySeconds: retryDelaySeconds(run.retry, currentAttempt(run)) }
      : end('failed', reason, message, result ? { result } : {})

  if (command?.status === 'ended') {
    const { result } = command
    const [reason, words] = resultWords[result.outcome]
    const message = result.message ?? words
    switch (result.outcome) {
      case 'succeeded':
        return end('succeeded', reason, message, { result })
      case 'indeterminate':
        return end('indeterminate', reason, message, { result, quarantine: true, recovery: 'uncertain' })
      case 'aborted':
        return run.abort || result.reason === stoppedAtInstrument
          ? end('aborted', reason, run.abort?.note ?? message, {
              result,
              recovery: stoppedByPerson(run, result) && 'aborted',
            })
          : failed('time-limit', result.message ?? 'It ran past its time limit and was stopped.', result)
      case 'refused':
        return run.abort ? end('aborted', 'abort-requested', message, { result }) : failed(reason, message, result)
      case 'failed':
        return run.abort
          ? end('aborted', 'abort-requested', message, { result, recovery: stoppedByPerson(run, result) && 'aborted' })
          : failed(reason, message, result)
    }
  }
  if (command && mayBeDriving(command)) {
    if (cause.kind === 'abort-requested') return { kind: 'await-agent' }
    const [reason, message] = silenceReason(cause)
    return end('indeterminate', reason, message, { quarantine: true, recovery: 'uncertain' })
  }
  // From here on nothing was granted, so nothing was driven.
  if (run.abort || cause.kind === 'abort-requested')
    return end('aborted', 'abort-requested', run.abort?.note ?? 'It was stopped before it started.')
  if (schedule && !mayRun(schedule, run.trigger))
    return end(
      'skipped',
      'schedule-not-active',
      `Schedule "${schedule.name}" is ${schedule.status}, so nothing was started.`,
    )
  if (stop) return end('skipped', 'stopped-by-switch', `${stop.by} switched it off at ${stop.since}: ${stop.note}`)
  if (hasDrive(run) && nowMs >= msOf(run.notAfter))
    return failed(
      'agent-silent',
      `Agent ${run.drive.agentId} did not take the command before ${run.notAfter}; nothing was started.`,
    )
  const detail = cause.kind === 'drive-failed' || cause.kind === 'execution-ended' ? cause.detail : ''
  return end('failed', 'workflow-broken', `The workflow ended without driving anything. ${detail}`.trim())
}

/** When a retry that is decided now is due, and until when it may start. Milliseconds since the epoch. */
export const retryTimes = (
  run: LiveRun,
  nowMs: number,
  delaySeconds: number,
): { dueMs: number; notAfterMs: number } => {
  const dueMs = nowMs + seconds(delaySeconds)
  return { dueMs, notAfterMs: dueMs + seconds(run.startWithinSeconds) }
}
