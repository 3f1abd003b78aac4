import type { Command } from '#domain/commands/command.ts'
import { mayBeDriving } from '#domain/commands/command.ts'
import type { AgentId, RunId, WorkspaceId } from '#domain/ids.ts'
import { type DrivenRun, hasDrive } from '#domain/runs/run.ts'
import { driveLimitMs } from '#domain/runs/time-limit.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'

/** Refused: there is nothing to drive (any more). Finish finds out what that means from the table. */
export type Queued = { readonly queued: true } | { readonly queued: false; readonly why: string }

type Input = {
  readonly workspaceId: WorkspaceId
  readonly runId: RunId
  readonly attempt: number
  readonly taskToken: string
}

type Step = {
  readonly changes: readonly Change[]
  readonly result: { readonly outcome: Queued; readonly ring?: AgentId | undefined }
}

const letterOf = (run: DrivenRun, taskToken: string, nowMs: number): Command => ({
  workspaceId: run.workspaceId,
  id: run.drive.commandId,
  agentId: run.drive.agentId,
  runId: run.id,
  attempt: run.drive.attempt,
  reservationId: run.drive.reservationId,
  driver: run.work.driver,
  ...(run.work.path !== undefined && { path: run.work.path }),
  ...(run.work.payload !== undefined && { payload: run.work.payload }),
  parameters: run.work.parameters,
  fences: run.drive.assets.flatMap(({ assetId, fence }) => (fence === undefined ? [] : [{ assetId, fence }])),
  notAfter: run.notAfter,
  timeLimitMs: driveLimitMs(run.work),
  heartbeatMs: seconds(run.work.heartbeatSeconds),
  assetIds: run.drive.assets.map(({ assetId }) => assetId),
  ...(run.work.steps && { steps: run.work.steps }),
  ...(run.work.continuation && { continuation: run.work.continuation }),
  taskToken,
  queuedAt: instantOf(nowMs),
  status: 'queued',
  version: 1,
})

/**
 * Puts the command of a drive into the agent's mailbox and rings. Its id is a function of run and attempt, so a repeated
 * Drive finds the letter that is there and replaces only the task token (I2). The letter is put on condition that the run
 * is as it was read: an abort in between wins.
 */
export const queueCommand = async (
  input: Input,
  world: Pick<World, 'store' | 'clock' | 'agentLink'>,
): Promise<Queued> => {
  const { workspaceId, runId, attempt, taskToken } = input
  const refused = (why: string): Step => ({ changes: [], result: { outcome: { queued: false, why } } })
  const queued = (change: readonly Change[], ring: AgentId | undefined): Step => ({
    changes: change,
    result: { outcome: { queued: true }, ring },
  })
  const { ring, outcome } = await transact(world, async (): Promise<Step> => {
    const run = await world.store.get('run', { workspaceId, id: runId })
    if (!run || !hasDrive(run) || run.drive.attempt !== attempt)
      return refused('The run is not waiting for this drive.')
    const { agentId, commandId } = run.drive
    const letter = await world.store.get('command', { workspaceId, agentId, id: commandId })
    if (letter?.status === 'ended') return refused('The drive has ended already.')
    if (letter) {
      const change: Change = {
        type: 'put',
        kind: 'command',
        value: { ...letter, taskToken, version: letter.version + 1 },
        expect: letter.version,
      }
      return queued([change], mayBeDriving(letter) ? undefined : agentId)
    }
    if (run.abort) return refused('The run is being aborted.')
    const nowMs = world.clock.now()
    if (nowMs > msOf(run.notAfter)) return refused(`It may not start after ${run.notAfter}.`)
    const changes: Change[] = [
      { type: 'put', kind: 'command', value: letterOf(run, taskToken, nowMs), expect: 'absent' },
      { type: 'check', kind: 'run', key: { workspaceId, id: runId }, expect: run.version },
    ]
    return queued(changes, agentId)
  })
  if (ring) await world.agentLink.wake(workspaceId, ring)
  return outcome
}
