import { finishRun } from '#application/runs/finish-run.ts'
import { type Prepared, prepareRun, type Start } from '#application/runs/prepare-run.ts'
import { queueCommand } from '#application/runs/queue-command.ts'
import type { Callbacks, Workflows, World } from '#application/world.ts'
import type { RunId, WorkspaceId } from '#domain/ids.ts'
import { hasDrive } from '#domain/runs/run.ts'
import { msOf } from '#domain/time.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * The run state machine by hand, step for step what infra/constructs/run-definition.ts says, on virtual time: Prepare,
 * Route, Wait, Drive with token, timeout and heartbeat, Finish, FinishFailed.
 */
type Ending = { readonly ok: true } | { readonly ok: false; readonly error: string }
type Token = { readonly execution: string; settle(ending: Ending): void; heard(): void }

export type Engine = {
  readonly workflows: Workflows
  readonly callbacks: Callbacks
  start(name: string, start: Start): void
  /** As an operator in the console would. */
  stop(name: string): void
  running(): readonly string[]
}

export type Runtime = Pick<World, 'store' | 'clock' | 'ids' | 'agentLink' | 'timetable' | 'workflows' | 'probe'>

export const createEngine = (of: {
  readonly time: VirtualTime
  /** Runs a step as a function of the cloud: it may die before, within or after. */
  readonly invoke: <T>(step: (world: Runtime) => Promise<T>) => Promise<T>
  readonly onEnded: (start: Start, execution: string, status: string) => void
}): Engine => {
  const { time } = of
  const executions = new Map<string, 'running' | 'ended'>()
  const starts = new Map<string, Start>()
  const tokens = new Map<string, Token>()
  let made = 0

  class Stopped extends Error {}
  const alive = (name: string): void => {
    if (executions.get(name) !== 'running') throw new Stopped()
  }

  const retried = async <T>(name: string, step: (world: Runtime) => Promise<T>, attempts: number): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await of.invoke(step)
        alive(name)
        return result
      } catch (error) {
        alive(name)
        if (attempt > attempts) throw error
        await time.sleep(1_000 * 2 ** attempt)
        alive(name)
      }
    }
  }

  /** Drive: waits for the token's answer, with a timeout and a heartbeat, each attempt with a token of its own. */
  const drive = async (name: string, prepared: Extract<Prepared, { action: 'drive' }>): Promise<Ending> => {
    const { run } = prepared
    const toStart = Math.max(0, msOf(run.notAfter) - time.now())
    const heartbeatMs = toStart + 3_000 * run.work.heartbeatSeconds
    const timeoutMs = toStart + 1_000 * run.work.timeLimitSeconds + 3_000 * run.work.heartbeatSeconds
    for (let attempt = 1; ; attempt++) {
      const { promise, resolve } = Promise.withResolvers<Ending>()
      const id = `token-${++made}`
      let cancelHeartbeat = (): void => undefined
      const heard = (): void => {
        cancelHeartbeat()
        cancelHeartbeat = time.after(heartbeatMs, () => settle({ ok: false, error: 'States.HeartbeatTimeout' }))
      }
      const cancelTimeout = time.after(timeoutMs, () => settle({ ok: false, error: 'States.Timeout' }))
      const settle = (ending: Ending): void => {
        tokens.delete(id)
        cancelHeartbeat()
        cancelTimeout()
        resolve(ending)
      }
      heard()
      tokens.set(id, { execution: name, settle, heard })
      of.invoke((world) =>
        queueCommand(
          { workspaceId: run.workspaceId, runId: run.id, attempt: run.drive?.attempt ?? 0, taskToken: id },
          world,
        ),
      ).then(
        (queued) => (queued.queued ? undefined : settle({ ok: false, error: 'DriveRefused' })),
        () => settle({ ok: false, error: 'Crash' }),
      )
      const ending = await promise
      alive(name)
      if (ending.ok || ending.error !== 'Crash' || attempt > 4) return ending
      await time.sleep(1_000 * 2 ** attempt)
      alive(name)
    }
  }

  const walk = async (name: string, start: Start): Promise<void> => {
    for (;;) {
      const prepared = await retried(name, (world) => prepareRun(start, name, world), 5)
      if (prepared.action === 'end') return
      if (prepared.action === 'wait') {
        await time.sleep(prepared.waitSeconds * 1_000)
        alive(name)
        continue
      }
      const ending = await drive(name, prepared)
      const { workspaceId, id: runId } = prepared.run
      const attempt = hasDrive(prepared.run) ? prepared.run.drive.attempt : 0
      const cause = ending.ok
        ? ({ kind: 'drive-succeeded' } as const)
        : ({ kind: 'drive-failed', error: ending.error, detail: '' } as const)
      const finished = await retried(name, (world) => finishRun({ workspaceId, runId, attempt, cause }, world), 5)
      if (ending.ok || finished.action === 'end') return
      await time.sleep(finished.waitSeconds * 1_000)
      alive(name)
    }
  }

  const begin = (name: string, start: Start): void => {
    if (executions.has(name)) return
    executions.set(name, 'running')
    starts.set(name, start)
    walk(name, start).then(
      () => executions.set(name, 'ended'),
      (error: unknown) => {
        if (error instanceof Stopped) return
        executions.set(name, 'ended')
        of.onEnded(start, name, 'FAILED')
      },
    )
  }

  const stop = (name: string): void => {
    const start = starts.get(name)
    if (!start || executions.get(name) !== 'running') return
    executions.set(name, 'ended')
    for (const [id, token] of tokens) if (token.execution === name) tokens.delete(id)
    of.onEnded(start, name, 'ABORTED')
  }

  const answer = async (token: string, act: (token: Token) => void): Promise<'told' | 'gone'> => {
    const found = tokens.get(token)
    if (!found) return 'gone'
    act(found)
    return 'told'
  }

  return {
    start: begin,
    stop,
    running: () => [...executions].flatMap(([name, state]) => (state === 'running' ? [name] : [])),
    workflows: {
      startRun: async (name, workspaceId: WorkspaceId, runId) =>
        begin(name, { kind: 'requested', workspaceId, runId: runId as RunId }),
      stop: async (name) => stop(name),
      state: async (name) => (executions.get(name) === 'running' ? 'running' : 'ended'),
    },
    callbacks: {
      succeed: (token) => answer(token, (found) => found.settle({ ok: true })),
      fail: (token, error) => answer(token, (found) => found.settle({ ok: false, error })),
      heartbeat: (token) => answer(token, (found) => found.heard()),
    },
  }
}
