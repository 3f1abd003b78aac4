import { runIdOfFiring, type WorkspaceId } from '#domain/ids.ts'
import { freezeMinutes } from '#domain/plans/live-slot.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { isLive } from '#domain/runs/live.ts'
import type { Run } from '#domain/runs/run.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { releaseChanges } from './release-slot.ts'
import { orderChanges, slotChange } from './slot-history.ts'

type SettleWorld = Pick<World, 'store' | 'clock' | 'ids'>
const actor = system('slots')

/** A run that did not come by then does not come: its misfire grace is over, and the sweeper has looked. */
const lostMs = minutes(30)

const becomes = (
  slot: Slot,
  change: Partial<Slot>,
  action: string,
  world: SettleWorld,
): { readonly changes: Change[]; readonly result: boolean } => {
  const after: Slot = { ...slot, ...change, ...touched(actor, world), version: slot.version + 1 }
  return { changes: slotChange(slot, after, action, actor, world), result: true }
}

const failed = async (slot: Slot, reason: string, world: SettleWorld) => {
  const { changes } = await releaseChanges(slot, { actor, reason, to: 'failed', orderBecomes: 'new' }, world)
  return { changes, result: true }
}

/** What a run that is over makes of its slot and its order. */
const ended = async (slot: Slot, run: Extract<Run, { status: 'ended' }>, world: SettleWorld) => {
  if (run.outcome !== 'succeeded')
    return failed(slot, `Run ${run.id} ${run.outcome}: ${run.end.message}`.slice(0, 1_000), world)
  const done = becomes(slot, { status: 'completed', runId: run.id }, 'slot.completed', world)
  const order = await world.store.get('order', { workspaceId: slot.workspaceId, id: slot.orderId })
  return {
    ...done,
    changes: [
      ...done.changes,
      ...(order?.status === 'committed' ? orderChanges(order, 'completed', {}, actor, world) : []),
    ],
  }
}

/** What has become of a slot by now. @returns whether it changed */
const settle = (workspaceId: WorkspaceId, id: Slot['id'], world: SettleWorld): Promise<boolean> =>
  transact<boolean>(world, async () => {
    const nothing = { changes: [], result: false }
    const slot = await world.store.get('slot', { workspaceId, id })
    if (!slot) return nothing
    const nowMs = world.clock.now()
    const startMs = msOf(slot.start)
    switch (slot.status) {
      case 'tentative':
      case 'locked':
        if (startMs <= nowMs) return failed(slot, 'Nobody committed it in time.', world)
        break
      case 'committed':
      case 'executing': {
        if (startMs > nowMs) break
        if (slot.scheduleId === undefined)
          return slot.status === 'executing' ? nothing : becomes(slot, { status: 'executing' }, 'slot.executing', world)
        const run = await world.store.get('run', { workspaceId, id: runIdOfFiring(slot.scheduleId, startMs) })
        if (!run) return startMs + lostMs <= nowMs ? failed(slot, 'Its run was never started.', world) : nothing
        if (!isLive(run)) return ended(slot, run as Extract<Run, { status: 'ended' }>, world)
        return slot.status === 'executing'
          ? nothing
          : becomes(slot, { status: 'executing', runId: run.id }, 'slot.executing', world)
      }
      default:
        return nothing
    }
    // Within the freeze window it is locked by itself.
    return slot.lock === 'hard'
      ? nothing
      : becomes(
          slot,
          { lock: 'hard', ...(slot.status === 'tentative' && { status: 'locked' }) },
          'slot.lock-hard',
          world,
        )
  })

/**
 * Follows the slots whose time has come or is near: what begins so soon is locked, what has begun is executing, and what its run
 * has done is completed or has failed, and its order with it. Late or twice it comes to the same.
 */
export const settleSlots = async (
  workspaceId: WorkspaceId,
  world: SettleWorld,
  onFailure: OnFailure = () => undefined,
): Promise<{ readonly settled: number; readonly failed: number }> => {
  const until = instantOf(world.clock.now() + minutes(freezeMinutes))
  const total = { settled: 0, failed: 0 }
  let cursor: string | undefined
  do {
    const page = await world.store.begunSlots(workspaceId, { limit: 100, cursor }, until)
    for (const { id } of page.items) {
      const changed = await apart(id, () => settle(workspaceId, id, world), onFailure)
      if (changed === undefined) total.failed += 1
      else if (changed) total.settled += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return total
}
