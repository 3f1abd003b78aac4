import type { Actor } from '#domain/audit/entry.ts'
import { type Command, type DriveResult, mayBeDriving } from '#domain/commands/command.ts'
import type { AgentId, CommandId, WorkspaceId } from '#domain/ids.ts'
import { hasDrive, type Run } from '#domain/runs/run.ts'
import { toRunning } from '#domain/runs/transitions.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { releaseChanges } from './end-run.ts'
import { runChange } from './record.ts'

export type ReportInput = {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  readonly commandId: CommandId
  readonly report:
    | { readonly type: 'started' }
    | { readonly type: 'progress' }
    | { readonly type: 'ended'; readonly result: DriveResult }
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

const isCurrent = (run: Run | undefined, letter: Command): run is Extract<Run, { status: 'starting' | 'running' }> =>
  run !== undefined && hasDrive(run) && run.drive.commandId === letter.id

const takeLife = (letter: Command, run: Run | undefined, started: boolean, actor: Actor, world: ReportWorld): Step => {
  const now = instantOf(world.clock.now())
  const ok = (changes: readonly Change[]): Step => ({
    changes,
    result: { taken: { accepted: true }, letter, next: 'heartbeat' },
  })
  if (letter.status === 'granted') {
    const driving: Command = { ...letter, status: 'driving', startedAt: now, heardAt: now, version: letter.version + 1 }
    const running = isCurrent(run, letter) && run.status === 'starting' ? toRunning(run, now) : undefined
    return ok([put(driving, letter.version), ...(running ? runChange(world, run, running, 'run.started', actor) : [])])
  }
  if (letter.status !== 'driving') return { changes: [], result: { taken: { accepted: true }, next: 'nothing' } }
  const silentMs = world.clock.now() - msOf(letter.heardAt)
  if (started || silentMs < letter.heartbeatMs) return ok([])
  return ok([put({ ...letter, heardAt: now, version: letter.version + 1 }, letter.version)])
}

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
      : takeLife(found, run, report.type === 'started', actor, world)
  })
  if (next === 'heartbeat' && letter) await world.callbacks.heartbeat(letter.taskToken)
  else if (typeof next === 'object') {
    const { taskToken, result } = next.ended
    if (result.outcome === 'succeeded') await world.callbacks.succeed(taskToken)
    else await world.callbacks.fail(taskToken, 'DriveEnded', result.outcome)
  }
  return taken
}
