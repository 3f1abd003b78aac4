import type { Reason } from '#domain/errors.ts'
import type { AssetId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { ItemConflict } from '#domain/plans/plan.ts'
import type { heldBy } from '#domain/rules/asset-rules.ts'
import type { World } from '../world.ts'
import { isSupposed } from './planned-calendar.ts'

/** Conflicts that are written down for one item. */
const most = 20

type Facts = { readonly assetId?: AssetId; readonly heldBy?: ReturnType<typeof heldBy> }

/** What stands in the way of an item, from what the rules of booking say. */
export const conflictsOf = async (
  workspaceId: WorkspaceId,
  reasons: readonly Reason[],
  world: Pick<World, 'store'>,
): Promise<ItemConflict[]> => {
  const told = reasons.filter(({ facts }) => (facts as Facts | undefined)?.assetId !== undefined)
  if (told.length === 0) return []
  const factsOf = (reason: Reason): Facts => (reason.facts ?? {}) as Facts
  const assetIds = [...new Set(told.flatMap((reason) => factsOf(reason).assetId ?? []))]
  const holders = [
    ...new Set(told.flatMap((reason) => factsOf(reason).heldBy?.map(({ reservationId }) => reservationId) ?? [])),
  ].slice(0, most)
  const [assets, reservations] = await Promise.all([
    world.store.getMany(
      'asset',
      assetIds.map((id) => ({ workspaceId, id })),
    ),
    world.store.getMany(
      'reservation',
      holders.map((id) => ({ workspaceId, id })),
    ),
  ])
  const shared = new Set(assets.flatMap((asset) => (asset && asset.capacity > 1 ? [asset.id] : [])))
  const down = new Set(reservations.flatMap((one) => (one?.source.kind === 'maintenance' ? [one.id] : [])))
  const slotOf = new Map<ReservationId, ItemConflict['slotId']>(
    reservations.flatMap((one) =>
      one && (one.source.kind === 'slot' || one.source.kind === 'schedule') ? [[one.id, one.source.slotId]] : [],
    ),
  )
  return told
    .flatMap((reason): ItemConflict[] => {
      const { assetId, heldBy: by = [] } = factsOf(reason)
      const { code, message } = reason
      const kind =
        code === 'too-close'
          ? 'infeasible-transition'
          : code !== 'asset-busy'
            ? 'asset-unavailable'
            : assetId && shared.has(assetId)
              ? 'resource-contention'
              : 'temporal-overlap'
      if (by.length === 0) return [{ kind, message, assetId }]
      return by.map(({ reservationId, start, end }) => {
        const slotId = slotOf.get(reservationId)
        const is = down.has(reservationId) ? 'asset-unavailable' : kind
        // What stands in the plan alone has no reservation.
        const held = isSupposed(reservationId) ? {} : { reservationId }
        return { kind: is, message, assetId, ...held, ...(slotId && { slotId }), start, end }
      })
    })
    .slice(0, most)
}
