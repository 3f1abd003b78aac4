import { termsOf } from '#domain/assets/asset-type.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { severityOf, shortTransitions } from '#domain/conflicts/transition.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { dayMs, hours, instantOf, msOf } from '#domain/time.ts'
import type { Change, World } from '../world.ts'
import { conflictChanges, type Found } from './record-conflict.ts'

/** Neighbours are looked for among slots that begin so long before; what points somewhere takes minutes. */
const lookBackMs = dayMs
/** No asset takes longer to turn. */
const longestTurnMs = hours(6)

const slotsAround = async (slot: Slot, world: Pick<World, 'store'>): Promise<Slot[]> => {
  const found: Slot[] = []
  const bounds = {
    from: instantOf(msOf(slot.start) - lookBackMs),
    to: instantOf(msOf(slot.end) + longestTurnMs),
  }
  let cursor: string | undefined
  do {
    const page = await world.store.slotsByStart(slot.workspaceId, { limit: 100, cursor }, bounds)
    found.push(...page.items.filter(isLiveSlot))
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/**
 * What records that an asset does not get from one slot to the next in time, where a slot is placed beside others. The calendar
 * knows buffers and setups alone; where an asset points is known of slots only.
 */
export const transitionConflicts = async (
  slot: Slot,
  actor: Actor,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Change[]> => {
  const { workspaceId } = slot
  const [around, rulebook, assets] = await Promise.all([
    slotsAround(slot, world),
    world.store.rulebook(workspaceId),
    world.store.getMany(
      'asset',
      slot.assets.map(({ assetId: id }) => ({ workspaceId, id })),
    ),
  ])
  const found = assets.flatMap((asset) => {
    if (asset?.capacity !== 1) return []
    const spacing = termsOf(
      asset,
      rulebook.assetTypes.find(({ id }) => id === asset.typeId),
    )
    return shortTransitions(slot, asset.id, around, spacing).map(
      ({ before, after, missingMs }): Found => ({
        workspaceId,
        type: 'infeasible-transition',
        severity: severityOf(missingMs),
        assetId: asset.id,
        start: before.end,
        end: after.end,
        message: `"${asset.name}" needs ${Math.ceil(missingMs / 1_000)} s more from slot ${before.id} to slot ${after.id}.`,
        reservationIds: [after.reservationId, before.reservationId],
        affected: [before.orderId, after.orderId],
        facts: { missingSeconds: missingMs / 1_000, slotIds: [before.id, after.id] },
      }),
    )
  })
  return conflictChanges(found, actor, world)
}
