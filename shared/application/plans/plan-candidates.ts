import type { Asset } from '#domain/assets/asset.ts'
import type { Span } from '#domain/assets/opening-hours.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { dutiesIn } from '#domain/orders/requirement-duties.ts'
import { canDoUntil } from '#domain/people/abilities.ts'
import type { PlannedOrder } from '#domain/plans/plan-input.ts'
import { type Turn, turnsOf } from '#domain/rotations/turns.ts'
import { msOf } from '#domain/time.ts'
import { readDuties } from '../rotations/read-duties.ts'
import type { Rulebook, World } from '../world.ts'

/** The assets that each requirement of an order may be. Who is qualified for a part of the time only is left out: no plan rests on that. */
export const planCandidates = (
  { requirements, due }: Order,
  assets: readonly Asset[],
  { assetGroups }: Rulebook,
  toMs: number,
  turnsAt: (duty: string) => readonly Turn[],
): Pick<PlannedOrder, 'candidates' | 'turns'> => {
  const untilMs = due === undefined ? toMs : Math.min(toMs, msOf(due))
  const turns = requirements.map((want) => ('duty' in want ? turnsAt(want.duty) : undefined))
  const candidates = requirements.map((want, index): readonly AssetId[] => {
    if ('assetId' in want) return [want.assetId]
    if ('groupId' in want) return assetGroups.find(({ id }) => id === want.groupId)?.assetIds ?? []
    if ('duty' in want) return [...new Set(turns[index]?.map(({ assetId }) => assetId))]
    return assets.flatMap((asset) => (canDoUntil(asset, want.capability, untilMs) ? [asset.id] : []))
  })
  return { candidates, ...(turns.some((one) => one !== undefined) && { turns }) }
}

/** Turns at the duties that orders need, of those who may be planned. */
export const turnsFor = async (
  workspaceId: WorkspaceId,
  orders: readonly Order[],
  usable: readonly Asset[],
  span: Span,
  world: Pick<World, 'store'>,
): Promise<(duty: string) => readonly Turn[]> => {
  const names = dutiesIn(orders.flatMap(({ requirements }) => requirements))
  const duties = await readDuties(workspaceId, names, span, world)
  const may = new Set(usable.map(({ id }) => id))
  const turns = new Map(
    [...names].map((duty) => [duty, turnsOf(duties, duty, span).filter(({ assetId }) => may.has(assetId))]),
  )
  return (duty) => turns.get(duty) ?? []
}
