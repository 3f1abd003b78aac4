import type { Actor } from '#domain/audit/entry.ts'
import { mayBeDriving } from '#domain/commands/command.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AgentId, RunId, WorkspaceId } from '#domain/ids.ts'
import { decideEnd } from '#domain/runs/decide-end.ts'
import { isLive } from '#domain/runs/live.ts'
import { hasDrive, type Run } from '#domain/runs/run.ts'
import { toAborting } from '#domain/runs/transitions.ts'
import { instantOf } from '#domain/time.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { endingChanges, readEndingFacts } from './end-run.ts'
import { runChange } from './record.ts'
import { startBuffered } from './start-buffered.ts'

type AbortWorld = Pick<World, 'store' | 'clock' | 'ids' | 'workflows' | 'agentLink'>
type Aborted = { readonly run: Run; readonly ring?: AgentId; readonly stop?: string | undefined }

/**
 * Stops a run. What was not granted to an agent ends here and now. What may be driving is ordered to stop: the order stands
 * in the mailbox, and the run ends when the agent reports, or at its deadline. Aborting twice is success.
 * @throws Refusal `not_found`, `invalid_state` (it ended already, in another way)
 */
export const abortRun = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly runId: RunId
    readonly actor: Actor
    readonly note?: string | undefined
  },
  world: AbortWorld,
): Promise<Run> => {
  const { workspaceId, runId, actor, note } = input
  const { run, ring, stop } = await transact<Aborted>(world, async () => {
    const found = await world.store.get('run', { workspaceId, id: runId })
    if (!found) throw notFound('run', runId)
    if (!isLive(found)) {
      if (found.outcome === 'aborted') return { changes: [], result: { run: found } }
      throw new Refusal(
        'invalid_state',
        `Run ${runId} has ended already: ${found.outcome}. There is nothing to abort.`,
        { current: found },
      )
    }
    if (found.abort)
      return { changes: [], result: { run: found, ...(hasDrive(found) && { ring: found.drive.agentId }) } }
    const facts = await readEndingFacts(found, world)
    const at = instantOf(world.clock.now())
    const abort = { at, by: actor, ...(note !== undefined && { note }) }
    const aborting = { ...found, abort, version: found.version + 1 }
    if (facts.command?.status === 'ended')
      throw new Refusal(
        'invalid_state',
        `Run ${runId} has just ended: ${facts.command.result.outcome}. There is nothing to abort.`,
        { current: found },
      )
    if (facts.command && mayBeDriving(facts.command)) {
      const order = {
        ...facts.command,
        abort: { at, ...(note !== undefined && { note }) },
        version: facts.command.version + 1,
      }
      const stopping = hasDrive(found) ? toAborting(found, abort) : aborting
      const changes: Change[] = [
        ...runChange(world, found, stopping, 'run.abort-requested', actor),
        { type: 'put', kind: 'command', value: order, expect: facts.command.version },
      ]
      return { changes, result: { run: stopping, ring: order.agentId } }
    }
    const nowMs = world.clock.now()
    const decision = decideEnd({
      run: { ...found, abort },
      command: undefined,
      schedule: facts.schedule,
      cause: { kind: 'abort-requested' },
      nowMs,
    })
    if (decision.kind !== 'end') throw new Error(`an undriven run cannot ${decision.kind}`)
    const changes = await endingChanges({ ...facts, run: { ...found, abort } }, decision, actor, world)
    const ended = changes.find((change) => change.type === 'put' && change.kind === 'run')
    const after = ended?.type === 'put' && ended.kind === 'run' ? ended.value : aborting
    return { changes, result: { run: after, stop: found.execution } }
  })
  if (ring) await world.agentLink.wake(workspaceId, ring)
  // The run is over whatever becomes of its execution, which finds that out by itself; stopping it saves waiting.
  if (stop) await world.workflows.stop(stop, 'aborted').catch(() => undefined)
  if (!isLive(run)) await startBuffered(workspaceId, run.scheduleId, world)
  return run
}
