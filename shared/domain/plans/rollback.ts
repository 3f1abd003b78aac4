import type { Reason } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import type { Order } from '../orders/order.ts'
import { minutes, msOf } from '../time.ts'
import { freezeMinutes } from './live-slot.ts'
import { isAtPlace } from './place.ts'
import type { Slot } from './slot.ts'
import type { SnapshotSlot } from './snapshot.ts'
import { windowReasons } from './window-reasons.ts'

export const rollbackChanges = {
  kept: 'it stands as it stood',
  'comes-back': 'its order has no slot now and gets this one again',
  moves: 'its order has a slot elsewhere, or otherwise, and gets this one instead',
  locks: 'it stands where it stood; its lock becomes what it was',
  goes: 'it was made since, and is taken back',
  'left-alone': 'it stays as it is now; the reasons say why',
} as const
export type RollbackChange = keyof typeof rollbackChanges

/** What a roll-back does about one order: how its slot stood then, and what it has now. */
export type RollbackEntry = {
  readonly change: RollbackChange
  readonly orderId: OrderId
  readonly was?: SnapshotSlot | undefined
  readonly slot?: Slot | undefined
  readonly reasons: readonly Reason[]
}

export const isHeldSlot = ({ status }: { readonly status: Slot['status'] }): boolean =>
  status === 'tentative' || status === 'locked'

/** What nobody moves: what has begun; and but by force, what is locked or begins within the freeze window. */
export const standsFast = (
  slot: Pick<Slot, 'status' | 'lock' | 'start'>,
  of: { readonly nowMs: number; readonly force: boolean },
): Reason | undefined => {
  if (slot.status === 'executing' || msOf(slot.start) <= of.nowMs)
    return { code: 'begun', message: 'its slot has begun' }
  if (of.force) return undefined
  if (slot.lock === 'hard' || slot.status === 'locked')
    return { code: 'locked', message: 'its slot is locked hard now; unlock it first, or roll back by force' }
  return isFrozen(slot.start, of.nowMs)
    ? { code: 'frozen', message: `its slot begins within ${freezeMinutes} minutes; only by force` }
    : undefined
}

export const isFrozen = (start: string, nowMs: number): boolean => msOf(start) < nowMs + minutes(freezeMinutes)

/** What keeps the former time from being given again, whatever stands there. */
const goneReasons = (
  was: SnapshotSlot,
  order: Order | undefined,
  of: { readonly nowMs: number; readonly force: boolean },
): readonly Reason[] => {
  if (msOf(was.start) <= of.nowMs) return [{ code: 'past', message: `its former time ${was.start} has passed` }]
  if (!of.force && isFrozen(was.start, of.nowMs))
    return [{ code: 'frozen', message: `its former time begins within ${freezeMinutes} minutes; only by force` }]
  return order ? windowReasons(order, was) : [{ code: 'order-gone', message: 'its order is not there any more' }]
}

const entryOf = (
  was: SnapshotSlot,
  slot: Slot | undefined,
  order: Order | undefined,
  of: { readonly nowMs: number; readonly force: boolean },
): RollbackEntry => {
  const entry = (change: RollbackChange, ...reasons: readonly Reason[]): RollbackEntry => ({
    change,
    orderId: was.orderId,
    was,
    slot,
    reasons,
  })
  const gone = goneReasons(was, order, of)
  if (!slot) {
    if (gone.length > 0) return entry('left-alone', ...gone)
    if (order?.status === 'new' || order?.status === 'deferred') return entry('comes-back')
    return entry('left-alone', { code: 'order-over', message: `its order is ${order?.status} by now` })
  }
  const inPlace = isAtPlace(slot, was) && isHeldSlot(slot) === isHeldSlot(was)
  // What is about to begin was locked by itself.
  if (inPlace && (slot.lock === was.lock || slot.status === 'executing' || isFrozen(slot.start, of.nowMs)))
    return entry('kept')
  const fast = standsFast(slot, of)
  if (fast) return entry('left-alone', fast)
  if (inPlace) return entry('locks')
  return gone.length > 0 ? entry('left-alone', ...gone) : entry('moves')
}

/** Which slot of now is which of then: by its id; else those of one order by their start. */
const pairs = (was: readonly SnapshotSlot[], live: readonly Slot[]): Map<SnapshotSlot, Slot> => {
  const byId = new Map(live.map((slot) => [slot.id, slot]))
  const found = new Map<SnapshotSlot, Slot>()
  for (const one of was) {
    const slot = byId.get(one.slotId)
    if (slot) found.set(one, slot)
  }
  const taken = new Set([...found.values()])
  const rest = Map.groupBy(
    live.filter((slot) => !taken.has(slot)).toSorted((a, b) => (a.start < b.start ? -1 : 1)),
    ({ orderId }) => orderId,
  )
  for (const one of was.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const slot = found.has(one) ? undefined : rest.get(one.orderId)?.shift()
    if (slot) found.set(one, slot)
  }
  return found
}

/**
 * Which entries do not fit, with the reason, if all of them were done; asked again, only of those near slots that stay and were
 * to go.
 */
export type Blocked = (
  entries: readonly RollbackEntry[],
  near: readonly Slot[] | undefined,
) => ReadonlyMap<RollbackEntry, Reason>

/**
 * What brings the slots of now back to how they stood, slot by slot. What is taken is found by `blocked`, which is asked with all
 * that would go and come: whatever does not fit stays as it is now, until the rest fits.
 */
export const rollbackOf = (
  now: {
    readonly was: readonly SnapshotSlot[]
    readonly live: readonly Slot[]
    readonly orders: ReadonlyMap<OrderId, Order>
    readonly nowMs: number
    readonly force: boolean
  },
  blocked: Blocked,
): readonly RollbackEntry[] => {
  const { was, live, orders } = now
  const paired = pairs(was, live)
  const known = new Set(paired.values())
  let entries: RollbackEntry[] = [
    ...was.map((one) => entryOf(one, paired.get(one), orders.get(one.orderId), now)),
    ...live
      .filter((slot) => !known.has(slot))
      .map((slot): RollbackEntry => {
        const fast = standsFast(slot, now)
        return {
          change: fast ? 'left-alone' : 'goes',
          orderId: slot.orderId,
          slot,
          reasons: fast ? [fast] : [],
        }
      }),
  ]
  let near: readonly Slot[] | undefined
  while (near === undefined || near.length > 0) {
    const found = blocked(entries, near)
    near = [...found.keys()].flatMap(({ slot }) => slot ?? [])
    entries = entries.map((entry) => {
      const reason = found.get(entry)
      return reason ? { ...entry, change: 'left-alone', reasons: [reason] } : entry
    })
  }
  return entries
}
