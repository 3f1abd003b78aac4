import type { OrderId, PlanId } from '#domain/ids.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Proposal } from '#domain/proposals/proposal.ts'
import type { Submission } from '#domain/proposals/submission.ts'
import { partsOf } from '../plans/read-plan.ts'
import type { World } from '../world.ts'

/** The items of some plans, by order; each plan is read once. */
export type ItemsOf = (of: Pick<Proposal, 'workspaceId' | 'planId'>) => Promise<ReadonlyMap<OrderId, PlanItem>>

export const readingItems = (world: Pick<World, 'store'>): ItemsOf => {
  const known = new Map<PlanId, ReturnType<ItemsOf>>()
  const read: ItemsOf = async ({ workspaceId, planId: id }) => {
    const plan = await world.store.get('plan', { workspaceId, id })
    const parts = plan ? await partsOf(plan, world) : []
    return new Map(parts.flatMap(({ items }) => items.map((item) => [item.orderId, item] as const)))
  }
  return (of) => {
    const items = known.get(of.planId) ?? read(of)
    known.set(of.planId, items)
    return items
  }
}

/** What an outside system is told of an approved proposal; or why there is nothing to tell any more. */
export const describeSubmission = async (
  proposal: Proposal,
  itemsOf: ItemsOf,
  world: Pick<World, 'store'>,
): Promise<Submission | string> => {
  const { workspaceId, orderId, slotId, gaveUp, submission, for: whom } = proposal
  const id = slotId ?? gaveUp
  const [order, slot] = await Promise.all([
    world.store.get('order', { workspaceId, id: orderId }),
    id && world.store.get('slot', { workspaceId, id }),
  ])
  if (!order || !slot || !submission) return 'The order or its slot is not there any more.'
  if (slotId && !isLiveSlot(slot) && slot.status !== 'completed')
    return `Slot ${slot.id} is ${slot.status} by now${slot.reason ? `: ${slot.reason}` : '.'}`
  const [items, found] = await Promise.all([
    itemsOf(proposal),
    world.store.getMany(
      'asset',
      slot.assets.map(({ assetId }) => ({ workspaceId, id: assetId })),
    ),
  ])
  const named = slot.assets.map(({ assetId, units }, index) => {
    const asset = found[index]
    return { isPerson: asset?.kind === 'person', told: { id: assetId, name: asset?.name ?? assetId, units } }
  })
  const { former, assigned } = items.get(orderId) ?? {}
  return {
    id: proposal.id,
    workspaceId,
    planId: proposal.planId,
    connectorId: submission.connectorId,
    action: gaveUp ? 'withdraw' : former ? 'move' : 'assign',
    order: {
      id: order.id,
      name: order.name,
      ...(order.type !== undefined && { type: order.type }),
      ...(order.externalReference !== undefined && { externalReference: order.externalReference }),
      priority: order.priority,
      durationMinutes: order.durationMinutes,
      ...(order.due !== undefined && { due: order.due }),
    },
    slot: { id: slot.id, start: slot.start, end: slot.end },
    people: named.flatMap(({ isPerson, told }) => (isPerson ? [told] : [])),
    assets: named.flatMap(({ isPerson, told }) => (isPerson ? [] : [told])),
    ...(former && { former: { start: former.start, assetIds: former.assets.map(({ assetId }) => assetId) } }),
    ...(whom && { makesWayFor: whom }),
    ...(assigned?.swaps && { swaps: assigned.swaps }),
    approvedBy: proposal.by,
    approvedAt: proposal.at,
  }
}
