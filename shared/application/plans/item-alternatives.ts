import { Refusal } from '#domain/errors.ts'
import { bothLeeways, isWithin, type Leeway, leewayAfter, leewayBefore } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import { freezeMinutes } from '#domain/plans/live-slot.ts'
import { isAtPlace, placeOf } from '#domain/plans/place.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { windowReasons } from '#domain/plans/window-reasons.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import type { Own } from '#domain/rules/ask.ts'
import { dayMs, instantOf, minutes, msOf } from '#domain/time.ts'
import { findTimes } from '../availability/find-times.ts'
import { readWork } from '../order-types/read-work.ts'
import type { Wanted } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { fitReasons } from './fit-reasons.ts'
import { followersOf, placesIn } from './followers.ts'
import { waysWithin, windowsIn } from './order-ways.ts'
import { placeOfOrder } from './place-of-order.ts'
import { type Supposed, supposing } from './planned-calendar.ts'

export type Alternative = NonNullable<PlanItem['alternatives']>[number]

/** So many are told. */
const most = 3
/** How long after the planned time, and before it, is looked. */
const afterMs = 7 * dayMs
const beforeMs = dayMs

/** What an order may do by where those stand that it belongs to; undefined where the one that it follows has no place. */
const leewayOf = async (
  { workspaceId, id, follows, durationMinutes }: Order,
  items: readonly PlanItem[],
  world: Pick<World, 'store'>,
): Promise<Leeway | undefined> => {
  const other =
    follows && (placesIn(items)(follows.orderId) ?? (await placeOfOrder(workspaceId, follows.orderId, world)))
  if (follows && !other) return undefined
  const followers = await followersOf(workspaceId, id, items, world)
  return [
    ...(follows && other ? [leewayAfter(follows, durationMinutes, other)] : []),
    ...followers.map((one) => leewayBefore(one.follows, durationMinutes, placeOf(one.item))),
  ].reduce(bothLeeways, { without: [] })
}

/**
 * Where an order fits now that does not fit where it was planned: the next time of the same assets, then any assets that can do
 * it, at the planned time or the next after it, else the first of the day before. In a plan: around its other items, and within
 * reach of those that it belongs to. What is told is accepted when it is taken at once.
 */
export const alternativesOf = async (
  order: Order,
  item: Pick<PlanItem, 'assets' | 'start'>,
  own: Own | undefined,
  world: Pick<World, 'store' | 'clock'>,
  plan: Pick<Supposed, 'items' | 'leftOut'> = { items: [] },
): Promise<Alternative[]> => {
  const { workspaceId } = order
  const items = plan.items.filter(({ orderId }) => orderId !== order.id)
  const leeway = await leewayOf(order, items, world)
  if (!leeway) return []
  const { without } = leeway
  const work = await readWork(order, world)
  const calendar = supposing({ workspaceId, items, leftOut: plan.leftOut, without }, world)
  const durationMs = minutes(order.durationMinutes)
  const earliestMs = Math.max(
    world.clock.now() + minutes(freezeMinutes),
    order.release === undefined ? 0 : msOf(order.release),
    leeway.notBefore ?? 0,
  )
  const endsBy = Math.min(
    order.due === undefined ? Number.POSITIVE_INFINITY : msOf(order.due),
    leeway.notAfter ?? Number.POSITIVE_INFINITY,
  )
  // Where it cannot be near the planned time at all, what is nearest to it is looked at.
  const wantedMs = Math.max(earliestMs, Math.min(msOf(item.start), endsBy - durationMs))
  const latestMs = Math.min(endsBy, wantedMs + afterMs)
  const fits = (one: Alternative): boolean => windowReasons(order, one).length === 0 && isWithin(leeway, placeOf(one))
  const found: Alternative[] = []
  const look = async (assets: readonly Wanted[], span: Interval, upTo: number): Promise<void> => {
    if (span.endMs - span.startMs < durationMs) return
    for (const window of windowsIn(order, span)) {
      if (found.length >= upTo) return
      const { options } = await findTimes(
        { workspaceId, assets, durationMs, window, most, setup: setupOf(order.mode), work, own },
        calendar,
      ).catch((error: unknown) => {
        // Too large a search, or beyond what can be booked: nothing is told of it.
        if (error instanceof Refusal && error.code !== 'unavailable') return { options: [] }
        throw error
      })
      for (const { startMs, endMs, parts } of options) {
        const one = {
          assets: parts.map(({ assetId, units }) => ({ assetId, units })),
          start: instantOf(startMs),
          end: instantOf(endMs),
        }
        // Nothing starts between two seconds.
        const known =
          startMs % 1_000 !== 0 || startMs === own?.span.startMs || found.some((other) => isAtPlace(other, one))
        if (found.length < upTo && !known && fits(one)) found.push(one)
      }
    }
  }
  await look(item.assets, { startMs: wantedMs, endMs: latestMs }, 1)
  const [same] = found
  if (same && (await fitReasons(order, same, world, placesIn(items))).length > 0) found.pop()
  const lookByDuty = async (span: Interval): Promise<void> => {
    for (const { assets, startMs, endMs } of await waysWithin(order, span, world))
      await look(assets, { startMs, endMs: Math.min(span.endMs, endMs + durationMs - 1) }, most)
  }
  await lookByDuty({ startMs: wantedMs, endMs: latestMs })
  const before = {
    startMs: Math.max(wantedMs - beforeMs, earliestMs),
    endMs: Math.min(latestMs, wantedMs + durationMs),
  }
  if (found.length < most) await lookByDuty(before)
  return found
}
