import type { Actor } from '#domain/audit/entry.ts'
import { mayBeDriving } from '#domain/commands/command.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { RunId, WorkspaceId } from '#domain/ids.ts'
import { hasDrive, type Run } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

type Pausing = {
  readonly workspaceId: WorkspaceId
  readonly runId: RunId
  readonly actor: Actor
  readonly note?: string | undefined
}

const instead = (run: Run): string => {
  switch (run.status) {
    case 'queued':
    case 'preparing':
    case 'pending':
    case 'waiting':
      return 'It has not begun to drive; abort it, if it must not begin.'
    case 'aborting':
      return 'It is being stopped.'
    case 'ended':
      return `It has ended: ${run.outcome}.`
    default:
      return ''
  }
}

/**
 * Asks the agent to let the instrument stand still, or to go on. The run says so when the agent has told that it does; the time
 * limit goes on meanwhile. Asking for what is so already is success.
 * @throws Refusal `not_found`, `invalid_state` (not driving, or the driver cannot do it)
 */
const ask = async (
  { workspaceId, runId, actor, note }: Pausing,
  wanted: boolean,
  world: Pick<World, 'store' | 'clock' | 'ids' | 'agentLink'>,
): Promise<Run> => {
  const what = wanted ? 'paused' : 'resumed'
  const run = await transact<Run>(world, async () => {
    const found = await world.store.get('run', { workspaceId, id: runId })
    if (!found) throw notFound('run', runId)
    if (found.status === (wanted ? 'paused' : 'running')) return { changes: [], result: found }
    if (found.status !== (wanted ? 'running' : 'paused') || !hasDrive(found))
      throw new Refusal('invalid_state', `Run ${runId} is ${found.status} and cannot be ${what}. ${instead(found)}`, {
        current: found,
      })
    const { agentId, commandId } = found.drive
    const [letter, presence] = await Promise.all([
      world.store.get('command', { workspaceId, agentId, id: commandId }),
      world.store.get('presence', { workspaceId, agentId }),
    ])
    const driver = found.work.driver
    const instrument = presence?.instruments?.find((known) => known.driver === driver)
    if (!instrument?.can.includes('pause'))
      throw new Refusal(
        'invalid_state',
        `Driver "${driver}" cannot pause a drive. Abort the run, or wait until it has ended.`,
        { current: found },
      )
    if (!letter || !mayBeDriving(letter))
      throw new Refusal('invalid_state', `Run ${runId} has just ended. There is nothing to be ${what}.`)
    if (letter.pause?.wanted === wanted) return { changes: [], result: found }
    const asked = { ...letter, pause: { wanted, at: instantOf(world.clock.now()) }, version: letter.version + 1 }
    const action = wanted ? 'run.pause-requested' : 'run.resume-requested'
    return {
      changes: [
        { type: 'put', kind: 'command', value: asked, expect: letter.version },
        auditOf(world, { workspaceId, subject: runId, action, actor, after: {}, note }),
      ],
      result: found,
    }
  })
  if (hasDrive(run)) await world.agentLink.wake(workspaceId, run.drive.agentId)
  return run
}

type PauseWorld = Parameters<typeof ask>[2]
export const pauseRun = (of: Pausing, world: PauseWorld): Promise<Run> => ask(of, true, world)
export const resumeRun = (of: Pausing, world: PauseWorld): Promise<Run> => ask(of, false, world)
