import type { Reason } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import type { ItemConflict, PlanItem } from '#domain/plans/plan.ts'
import { standsFast } from '#domain/plans/rollback.ts'
import { standing } from '#domain/rules/judge.ts'
import { msOf } from '#domain/time.ts'
import { readWork } from '../order-types/read-work.ts'
import { readAsk } from '../reservations/read-ask.ts'
import type { World } from '../world.ts'
import { fitReasons } from './fit-reasons.ts'
import { placesIn } from './followers.ts'
import { conflictsOf } from './item-conflicts.ts'
import { isOpenItem } from './make-way.ts'
import { claimNameOf, slotsOfPlan, supposing } from './planned-calendar.ts'
import { badCursor, wholePlan } from './read-plan.ts'

export type PreviewedItem = {
  readonly orderId: OrderId
  readonly start: string
  readonly assets: PlanItem['assets']
  readonly fits: boolean
  readonly reasons: readonly Reason[]
  readonly conflicts: readonly ItemConflict[]
}
export type CommitPreview = {
  readonly revision: number
  readonly timetableRevision: number
  /** Slots have changed since it was made: a commit is refused, but by force. */
  readonly isStale: boolean
  /** Items that wait to be committed, as far as they are asked for. */
  readonly open: number
  /** Slots that it takes back or puts elsewhere. */
  readonly makesWay: number
  readonly fits: number
  readonly conflicting: number
  readonly items: readonly PreviewedItem[]
  readonly next?: string | undefined
}

/** What keeps an order from getting a slot. */
const orderReasons = (order: Order | undefined, slotId: PlanItem['slotId'], orderId: OrderId): Reason[] => {
  if (!order) return [{ code: 'no-order', message: `order ${orderId} is not there any more` }]
  const waits = order.status === 'new' || order.status === 'deferred'
  const movesOwn = slotId !== undefined && order.slots.includes(slotId)
  return waits || movesOwn ? [] : [{ code: 'order-not-waiting', message: `order ${orderId} is ${order.status} by now` }]
}

/**
 * What a commit would do now: which items would be committed, and what is in the way of the others. Nothing is stored, so the
 * commit itself may find more. @throws Refusal `not_found`, `invalid` (a foreign cursor)
 */
export const previewCommit = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly planId: PlanId
    readonly orderIds?: readonly OrderId[] | undefined
    /** Those of them that are looked at; the others are only supposed. */
    readonly only?: ReadonlySet<OrderId> | undefined
    readonly limit: number
    readonly cursor?: string | undefined
  },
  world: Pick<World, 'store' | 'clock'>,
): Promise<CommitPreview> => {
  const { workspaceId, planId, limit, cursor = '0', only } = of
  const [{ plan, items, leftOut }, revision] = await Promise.all([
    wholePlan(workspaceId, planId, world),
    world.store.get('revision', { workspaceId }),
  ])
  const chosen = of.orderIds && new Set(of.orderIds)
  const open = items.filter((item) => isOpenItem(item) && (chosen?.has(item.orderId) ?? true))
  const asked = only ? open.filter(({ orderId }) => only.has(orderId)) : open
  const from = Number(cursor)
  if (!/^\d{1,9}$/.test(cursor) || from > asked.length) throw badCursor()
  const some = asked.slice(from, from + limit)
  const supposed = { workspaceId, items: open, leftOut: leftOut.filter(({ orderId }) => chosen?.has(orderId) ?? true) }
  const calendar = supposing(supposed, world)
  const nowMs = world.clock.now()
  const slots = await slotsOfPlan(supposed, world)
  const orders = await world.store.getMany(
    'order',
    some.map(({ orderId: id }) => ({ workspaceId, id })),
  )
  const previewed: PreviewedItem[] = []
  for (const [index, item] of some.entries()) {
    const { orderId, start, end, assets, slotId, override } = item
    const order = orders[index]
    const slot = slotId && slots.get(slotId)
    const fast = slot && standsFast(slot, { nowMs, force: false })
    const reasons = [...orderReasons(order, slotId, orderId), ...(fast ? [fast] : [])]
    const against: Reason[] = []
    if (order) {
      reasons.push(...(await fitReasons(order, item, world, placesIn(items))))
      if (msOf(start) <= nowMs) reasons.push({ code: 'in-the-past', message: `${start} has passed` })
      const own = { id: claimNameOf(orderId), span: { startMs: 0, endMs: 0 }, assets: [] }
      const { violations } = await readAsk(
        {
          workspaceId,
          operation: 'hold',
          wanted: assets,
          span: { startMs: msOf(start), endMs: msOf(end) },
          setup: setupOf(order.mode),
          work: await readWork(order, world),
          accounts: [],
          own,
          override,
        },
        calendar,
      )
      against.push(...standing(violations))
    }
    const all = [...reasons, ...against]
    const conflicts = against.length > 0 ? await conflictsOf(workspaceId, against, world) : []
    previewed.push({ orderId, start, assets, fits: all.length === 0, reasons: all, conflicts })
  }
  const fits = previewed.filter((one) => one.fits).length
  const timetableRevision = revision?.version ?? 0
  return {
    revision: plan.revision,
    timetableRevision,
    isStale: plan.revision !== timetableRevision,
    open: open.length,
    makesWay: slots.size,
    fits,
    conflicting: previewed.length - fits,
    items: previewed,
    ...(from + limit < asked.length && { next: String(from + limit) }),
  }
}
