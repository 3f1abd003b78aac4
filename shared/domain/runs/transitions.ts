import type { Drive, End, LiveRun, Outcome, Run } from './run.ts'

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
    outcome: _outcome,
    end: _end,
    ...rest
  } = run as Common & { status: string } & Partial<
      Record<'waiting' | 'drive' | 'startedAt' | 'outcome' | 'end', unknown>
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

export const toStarting = (run: LiveRun, drive: Drive, patch: Partial<Common> = {}): InState<'starting'> => ({
  ...common(run),
  ...patch,
  status: 'starting',
  drive,
})

export const toRunning = (run: InState<'starting'>, startedAt: string): InState<'running'> => ({
  ...common(run),
  status: 'running',
  drive: run.drive,
  startedAt,
})

export const toEnded = (run: LiveRun, outcome: Outcome, end: End): InState<'ended'> => ({
  ...common(run),
  status: 'ended',
  outcome,
  end,
  ...('drive' in run && { drive: run.drive }),
  ...('startedAt' in run && { startedAt: run.startedAt }),
})
