import type { Instant } from '../time.ts'
import { instantOf, msOf, seconds } from '../time.ts'
import type { Drive, DrivenRun, End, LiveRun, Outcome, Run } from './run.ts'

/** The states of a run and how one becomes another. Each gives the next version; nothing else changes a run's status. */
type InState<S extends Run['status']> = Extract<Run, { status: S }>
type Common = Omit<InState<'pending'>, 'status'>

/** What a run has in every state, with the next version. */
const common = (run: Run): Common => {
  const {
    status: _status,
    waiting: _waiting,
    drive: _drive,
    startedAt: _started,
    preparingSince: _preparing,
    expectedEndAt: _expected,
    pausedSince: _paused,
    outcome: _outcome,
    end: _end,
    ...rest
  } = run as Common & { status: string } & Partial<
      Record<
        'waiting' | 'drive' | 'startedAt' | 'preparingSince' | 'expectedEndAt' | 'pausedSince' | 'outcome' | 'end',
        unknown
      >
    >
  return { ...rest, version: run.version + 1 }
}

export const toWaiting = (
  run: LiveRun,
  waiting: InState<'waiting'>['waiting'],
  patch: Partial<Common> = {},
): InState<'waiting'> => ({
  ...common(run),
  ...patch,
  status: 'waiting',
  waiting,
})

export const toQueued = (run: LiveRun, drive: Drive, patch: Partial<Common> = {}): InState<'queued'> => ({
  ...common(run),
  ...patch,
  status: 'queued',
  drive,
})

export const toPreparing = (run: InState<'queued'>, since: Instant): InState<'preparing'> => ({
  ...common(run),
  status: 'preparing',
  drive: run.drive,
  preparingSince: since,
})

/** Began to drive, or goes on after a pause. */
export const toRunning = (run: InState<'queued' | 'preparing' | 'paused'>, startedAt: Instant): InState<'running'> => ({
  ...common(run),
  status: 'running',
  drive: run.drive,
  startedAt,
  expectedEndAt: instantOf(msOf(startedAt) + seconds(run.work.expectedDurationSeconds)),
})

export const toPaused = (run: InState<'running'>, since: Instant): InState<'paused'> => ({
  ...common(run),
  status: 'paused',
  drive: run.drive,
  startedAt: run.startedAt,
  pausedSince: since,
})

/** The agent has been, or will be, asked to stop it. */
export const toAborting = (
  run: DrivenRun,
  abort: Run['abort'],
  startedAt: Instant | undefined = 'startedAt' in run ? run.startedAt : undefined,
): InState<'aborting'> => ({
  ...common(run),
  ...(abort && { abort }),
  status: 'aborting',
  drive: run.drive,
  ...(startedAt !== undefined && { startedAt }),
})

export const toEnded = (run: LiveRun, outcome: Outcome, end: End): InState<'ended'> => ({
  ...common(run),
  status: 'ended',
  outcome,
  end,
  ...('drive' in run && { drive: run.drive }),
  ...('startedAt' in run && run.startedAt !== undefined && { startedAt: run.startedAt }),
})
