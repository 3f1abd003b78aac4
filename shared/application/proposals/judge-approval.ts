import type { OrderId } from '#domain/ids.ts'
import { companionReasons } from '#domain/orders/companion.ts'
import { placeOf } from '#domain/plans/place.ts'
import { standsFast } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { goesWith, groupsIn } from '#domain/proposals/groups.ts'
import { givesUpSlot, isApproved, isTodo } from '#domain/proposals/stage.ts'
import { liveSlots } from '../plans/live-slots.ts'
import { isOpenItem } from '../plans/make-way.ts'
import { placeOfOrder } from '../plans/place-of-order.ts'
import { previewCommit } from '../plans/preview-commit.ts'
import type { World } from '../world.ts'
import type { Assignment, Entry } from './read-assignment.ts'

export type Judged = {
  /** What is committed together, with the order for whose sake each is. */
  readonly approved: ReadonlyMap<OrderId, OrderId>
  /** What cannot be, and why. */
  readonly failed: ReadonlyMap<OrderId, string>
  /** What goes along with others alone, and was asked for without them. */
  readonly along: ReadonlyMap<OrderId, string>
}

/** Whether it has a slot, or one is about to be made for it. */
const stands = (entry: Entry | undefined): boolean =>
  entry !== undefined && (entry.stage === 'kept' || isApproved(entry))

/** Whether it may still make way, or is about to. */
const mayGo = (entry: Entry): boolean => isTodo(entry) || isApproved(entry) || givesUpSlot(entry)

/** What the orders follow that are left out and give up a slot: the plan does not say so. */
const followedBy = async ({ plan, entries }: Assignment, world: Pick<World, 'store'>) => {
  const { workspaceId } = plan
  const giving = [...entries.values()].filter(({ leftOut }) => leftOut?.slotId !== undefined)
  const orders = await world.store.getMany(
    'order',
    giving.map(({ orderId: id }) => ({ workspaceId, id })),
  )
  return new Map(orders.flatMap((order) => (order?.follows ? [[order.id, order.follows.orderId] as const] : [])))
}

export const groupsOf = async (read: Assignment, world: Pick<World, 'store'>): Promise<ReturnType<typeof groupsIn>> =>
  groupsIn([...read.entries.values()], await followedBy(read, world))

/** Why the slot of a companion, which stays, does not let an order go where it is to go; undefined where it does. */
const companionHolds = (entry: Entry, slots: readonly Slot[], approved: ReadonlySet<OrderId>): string | undefined => {
  const { orderId, item, leftOut } = entry
  if (item?.state === 'committed' || !(item?.slotId ?? leftOut?.slotId)) return undefined
  for (const { follows, orderId: companion, start, id, ...slot } of slots) {
    if (follows?.orderId !== orderId || approved.has(companion)) continue
    const [reason] = item
      ? companionReasons(follows, placeOf({ start, ...slot }), placeOf(item))
      : [{ message: `order ${orderId} would have no slot` }]
    if (reason) return `Order ${companion} follows it, in slot ${id} at ${start}, and stays: ${reason.message}.`
  }
  return undefined
}

/** Why its own slot, which is to go, must stay; undefined where it may, or has gone before. */
const slotHolds = ({ item, leftOut }: Entry, slots: readonly Slot[], nowMs: number): string | undefined => {
  if (item && !isOpenItem(item)) return undefined
  const slot = slots.find(({ id }) => id === (item ?? leftOut)?.slotId)
  const fast = slot && standsFast(slot, { nowMs, force: false })
  return fast && `Slot ${slot.id} stays: ${fast.message}.`
}

/** Whether the order that it follows has a place, or gets one with it. */
const hasParent = async (
  { item }: Entry,
  { plan, entries }: Assignment,
  approved: ReadonlySet<OrderId>,
  world: Pick<World, 'store'>,
): Promise<boolean> => {
  const parent = item?.follows
  if (parent === undefined || approved.has(parent)) return true
  const entry = entries.get(parent)
  if (stands(entry) && !entry?.leftOut) return true
  return (await placeOfOrder(plan.workspaceId, parent, world)) !== undefined
}

/** An order with what belongs to it; where `ways` are told, only those are supposed to go. */
type Root = {
  readonly orderId: OrderId
  readonly group: ReadonlyMap<OrderId, OrderId>
  readonly ways?: ReadonlySet<OrderId>
}

/** Which of the orders for whom others make way fit there, once those have gone; the reasons of those that do not. */
const misfits = async (
  { plan, entries }: Assignment,
  roots: readonly Root[],
  world: Pick<World, 'store' | 'clock'>,
): Promise<ReadonlyMap<OrderId, string>> => {
  const only = new Set(roots.filter(({ group }) => group.size > 1).map(({ orderId }) => orderId))
  if (only.size === 0) return new Map()
  const orderIds = [...new Set(roots.flatMap(({ group, ways }) => [...(ways ?? group.keys())]))].filter((id) =>
    entries.has(id),
  )
  const found = new Map<OrderId, string>()
  let cursor: string | undefined
  do {
    const { workspaceId, id: planId } = plan
    const page = await previewCommit({ workspaceId, planId, orderIds, only, limit: 100, cursor }, world)
    for (const { orderId, fits, reasons } of page.items)
      if (!fits) found.set(orderId, `${reasons.map(({ message }) => message).join('; ')}.`)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/** Without what need not go: a person put the order elsewhere, or its place is free by now. An order that has a slot moves with its companions. */
const withoutNeed = async (
  read: Assignment,
  roots: readonly Root[],
  world: Pick<World, 'store' | 'clock'>,
): Promise<Root[]> => {
  const fresh = roots.filter(({ orderId, group }) => group.size > 1 && !read.entries.get(orderId)?.item?.slotId)
  const not = await misfits(
    read,
    fresh.map((root) => ({ ...root, ways: new Set([root.orderId]) })),
    world,
  )
  const free = new Set(fresh.filter(({ orderId }) => !not.has(orderId)))
  return roots.map((root) => (free.has(root) ? { ...root, group: new Map([[root.orderId, root.orderId]]) } : root))
}

/**
 * Which of some orders can be committed, each with what belongs to it: what makes way is there to do so, they fit there now, and
 * nothing follows what has no place. What is in the way of one is no matter to the others.
 */
export const judgeApproval = async (
  read: Assignment,
  todo: readonly Entry[],
  world: Pick<World, 'store' | 'clock'>,
): Promise<Judged> => {
  const { entries } = read
  const groupOf = await groupsOf(read, world)
  const wanted = new Set(todo.map(({ orderId }) => orderId))
  const failed = new Map<OrderId, string>()
  const along = new Map<OrderId, string>()
  let roots: Root[] = []
  for (const entry of todo) {
    const { orderId } = entry
    const bumper = goesWith(entry, (id) => entries.has(id))
    if (bumper !== undefined && !stands(entries.get(bumper))) {
      if (!wanted.has(bumper))
        along.set(orderId, `Order ${orderId} only makes way for order ${bumper}. Approve that one; this goes with it.`)
      continue
    }
    roots.push({ orderId, group: groupOf(orderId) })
  }
  roots = await withoutNeed(read, roots, world)
  for (const { orderId, group } of roots) {
    const others = [...group.keys()].filter((id) => id !== orderId)
    const missing = others.map((id) => entries.get(id)).find((one) => one && !mayGo(one))
    if (missing)
      failed.set(
        orderId,
        `It needs order ${missing.orderId} to go, which is ${missing.stage}. Put it elsewhere, or plan again.`,
      )
  }
  roots = roots.filter(({ orderId }) => !failed.has(orderId))
  for (const [orderId, why] of await misfits(read, roots, world))
    failed.set(orderId, `It does not fit, even once others have made way for it; they stay where they are: ${why}`)
  const slots = roots.length > 0 ? await liveSlots(read.plan.workspaceId, world) : []
  const nowMs = world.clock.now()
  for (let before = -1; before !== failed.size; ) {
    before = failed.size
    roots = roots.filter(({ orderId }) => !failed.has(orderId))
    const approved = new Set(roots.flatMap(({ group }) => [...group.keys()]))
    for (const { orderId: root, group } of roots)
      for (const id of group.keys()) {
        const entry = entries.get(id)
        if (!entry || failed.has(root)) continue
        const held = slotHolds(entry, slots, nowMs) ?? companionHolds(entry, slots, approved)
        if (held) failed.set(root, id === root ? held : `Order ${id} would go for it, and cannot. ${held}`)
        else if (!(await hasParent(entry, read, approved, world)))
          failed.set(
            root,
            `Order ${id} follows order ${entry.item?.follows}, which is not approved and has no slot. Approve that one, too.`,
          )
      }
  }
  const approved = new Map(roots.flatMap(({ group }) => [...group]))
  for (const { orderId } of roots) approved.set(orderId, orderId)
  return { approved, failed, along }
}
