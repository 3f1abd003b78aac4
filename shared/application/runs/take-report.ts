import type { Actor } from '#domain/audit/entry.ts'
import { type Command, type DriveResult, mayBeDriving, type Progress } from '#domain/commands/command.ts'
import type { AgentId, CommandId, WorkspaceId } from '#domain/ids.ts'
import { type DrivenRun, hasDrive, type Run } from '#domain/runs/run.ts'
import { toAborting, toPaused, toPreparing, toRunning } from '#domain/runs/transitions.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { releaseChanges } from './end-run.ts'
import { runChange } from './record.ts'

export type AgentReport =
  | { readonly type: 'preparing' | 'started' | 'paused' | 'resumed' }
  | {
      readonly type: 'progress'
      readonly percent?: number | undefined
      readonly step?: string | undefined
      readonly note?: string | undefined
      readonly log?: string | undefined
    }
  | { readonly type: 'not-paused'; readonly message: string }
  | { readonly type: 'ended'; readonly result: DriveResult }

export type ReportInput = {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  readonly commandId: CommandId
  readonly report: AgentReport
}

/** Rejected: the report will never be accepted, so the agent need not send it again. */
export type Taken = { readonly accepted: true } | { readonly accepted: false; readonly why: string }

type ReportWorld = Pick<World, 'store' | 'clock' | 'ids' | 'callbacks'>
type After = 'nothing' | 'heartbeat' | { readonly ended: Command & { status: 'ended' } }
type Step = {
  readonly changes: readonly Change[]
  readonly result: { readonly taken: Taken; readonly letter?: Command; readonly next: After }
}

const put = (value: Command, expect: number): Change => ({ type: 'put', kind: 'command', value, expect })

const isCurrent = (run: Run | undefined, letter: Command): run is DrivenRun =>
  run !== undefined && hasDrive(run) && run.drive.commandId === letter.id

/** The next state of a run, as its agent tells it; undefined where that is nothing new. */
const moved = (run: DrivenRun, type: Exclude<AgentReport['type'], 'ended'>, now: string): DrivenRun | undefined => {
  switch (type) {
    case 'preparing':
      return run.status === 'queued' ? toPreparing(run, now) : undefined
    case 'paused':
      return run.status === 'running' ? toPaused(run, now) : undefined
    case 'resumed':
      return run.status === 'paused' ? toRunning(run, run.startedAt) : undefined
    default:
      if (run.status === 'queued' || run.status === 'preparing') return toRunning(run, now)
      return run.status === 'aborting' && run.startedAt === undefined ? toAborting(run, run.abort, now) : undefined
  }
}

const actions = {
  preparing: 'run.preparing',
  running: 'run.started',
  paused: 'run.paused',
  aborting: 'run.started',
  queued: 'run.queued',
} as const

const mostTail = 4_096

/** What is known of its progress, with what is new. */
const progressed = (before: Progress | undefined, report: AgentReport, now: string): Progress | undefined => {
  if (report.type === 'not-paused') return { ...before, note: report.message.slice(0, 500), at: now }
  if (report.type !== 'progress') return before
  const { percent, step, note, log } = report
  if (percent === undefined && step === undefined && note === undefined && log === undefined) return before
  const logTail = log === undefined ? before?.logTail : `${before?.logTail ?? ''}${log}`.slice(-mostTail)
  return {
    ...before,
    ...(percent !== undefined && { percent }),
    ...(step !== undefined && { step }),
    ...(note !== undefined && { note }),
    ...(logTail !== undefined && { logTail }),
    at: now,
  }
}

const takeLife = (
  letter: Command,
  run: Run | undefined,
  report: Exclude<AgentReport, { type: 'ended' }>,
  actor: Actor,
  world: ReportWorld,
): Step => {
  const nowMs = world.clock.now()
  const now = instantOf(nowMs)
  const ok = (changes: readonly Change[]): Step => ({
    changes,
    result: { taken: { accepted: true }, letter, next: 'heartbeat' },
  })
  if (!mayBeDriving(letter)) return { changes: [], result: { taken: { accepted: true }, next: 'nothing' } }
  const after = isCurrent(run, letter) ? moved(run, report.type, now) : undefined
  const runChanges = run && after ? runChange(world, run, after, resumedOr(report, after), actor) : []
  if (letter.status === 'granted') {
    // Steps before the drive are no drive yet, but the agent has it in its hands.
    const startedAt = now
    const progress = progressed(undefined, report, now)
    const driving: Command = {
      ...letter,
      status: 'driving',
      startedAt,
      heardAt: now,
      ...(progress && { progress }),
      version: letter.version + 1,
    }
    return ok([put(driving, letter.version), ...runChanges])
  }
  const progress = progressed(letter.progress, report, now)
  const settled = report.type === 'paused' || report.type === 'resumed' || report.type === 'not-paused'
  const told = progress !== letter.progress || (settled && letter.pause !== undefined)
  if (!told && runChanges.length === 0 && nowMs - msOf(letter.heardAt) < letter.heartbeatMs) return ok([])
  const { pause: _pause, ...without } = letter
  const heard: Command = {
    ...(settled ? without : letter),
    heardAt: now,
    ...(progress && { progress }),
    version: letter.version + 1,
  }
  return ok([...(report.type === 'started' && !told ? [] : [put(heard, letter.version)]), ...runChanges])
}

const resumedOr = (report: AgentReport, after: DrivenRun): string =>
  report.type === 'resumed' ? 'run.resumed' : actions[after.status]

/** The agent's own proof after the run was given up: what it held is released, unless even the agent cannot tell (I3). */
const takeLateProof = async (letter: Command, result: DriveResult, actor: Actor, world: ReportWorld): Promise<Step> => {
  const { workspaceId, agentId, id, reservationId, version } = letter
  const reservation = await world.store.get('reservation', { workspaceId, id: reservationId })
  const settled: Change = { type: 'remove', kind: 'command', key: { workspaceId, agentId, id }, expect: version }
  const proof = result.outcome !== 'indeterminate' && reservation?.status === 'quarantined'
  const note = `Late report of the agent: ${result.outcome}. ${result.message ?? ''}`.trim()
  return {
    changes: [
      settled,
      ...(proof ? releaseChanges(reservation, actor, note, world) : []),
      auditOf(world, { workspaceId, subject: letter.runId, action: 'run.late-report', actor, after: {}, note }),
    ],
    result: { taken: { accepted: true }, next: 'nothing' },
  }
}

const takeEnd = async (
  letter: Command,
  run: Run | undefined,
  result: DriveResult,
  actor: Actor,
  world: ReportWorld,
): Promise<Step> => {
  if (letter.status === 'ended') return { changes: [], result: { taken: { accepted: true }, next: { ended: letter } } }
  if (!mayBeDriving(letter))
    return {
      changes: [],
      result: { taken: { accepted: false, why: 'This command was never granted.' }, next: 'nothing' },
    }
  if (!isCurrent(run, letter)) return takeLateProof(letter, result, actor, world)
  const ended: Command & { status: 'ended' } = {
    ...letter,
    status: 'ended',
    result,
    endedAt: instantOf(world.clock.now()),
    version: letter.version + 1,
  }
  return { changes: [put(ended, letter.version)], result: { taken: { accepted: true }, next: { ended } } }
}

/**
 * Takes an agent's report. Each may arrive again, late or out of order; taking it twice changes nothing more. The callback
 * comes after the row: if it is lost, the agent sends its report again, and a Drive repeated meanwhile finds the row.
 */
export const takeReport = async (input: ReportInput, world: ReportWorld): Promise<Taken> => {
  const { workspaceId, agentId, commandId, report } = input
  const actor: Actor = { kind: 'agent', agentId }
  const { taken, letter, next } = await transact(world, async (): Promise<Step> => {
    const found = await world.store.get('command', { workspaceId, agentId, id: commandId })
    if (!found)
      return {
        changes: [],
        result: { taken: { accepted: false, why: 'There is no such command (any more).' }, next: 'nothing' },
      }
    const run = await world.store.get('run', { workspaceId, id: found.runId })
    return report.type === 'ended'
      ? takeEnd(found, run, report.result, actor, world)
      : takeLife(found, run, report, actor, world)
  })
  if (next === 'heartbeat' && letter) await world.callbacks.heartbeat(letter.taskToken)
  else if (typeof next === 'object') {
    const { taskToken, result } = next.ended
    if (result.outcome === 'succeeded') await world.callbacks.succeed(taskToken)
    else await world.callbacks.fail(taskToken, 'DriveEnded', result.outcome)
  }
  return taken
}
