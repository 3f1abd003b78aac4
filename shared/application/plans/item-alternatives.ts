import { openSpans } from '#domain/assets/opening-hours.ts'
import { Refusal } from '#domain/errors.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import { freezeMinutes } from '#domain/plans/live-slot.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { isAtPlace } from '#domain/plans/rollback.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import type { Own } from '#domain/rules/ask.ts'
import { dayMs, instantOf, minutes, msOf } from '#domain/time.ts'
import { findTimes } from '../availability/find-times.ts'
import type { Wanted } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { fitReasons } from './fit-reasons.ts'

export type Alternative = NonNullable<PlanItem['alternatives']>[number]

/** So many are told. */
const most = 3
/** How long after the planned time, and before it, is looked. */
const afterMs = 7 * dayMs
const beforeMs = dayMs
/** Windows of the hours of an order that are searched. */
const mostWindows = 5

/**
 * Where an order fits now that does not fit where it was planned: the next time of the same assets, then any assets that can do
 * it, at the planned time or the next after it, else the first of the day before.
 */
export const alternativesOf = async (
  order: Order,
  item: Pick<PlanItem, 'assets' | 'start'>,
  own: Own | undefined,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Alternative[]> => {
  const durationMs = minutes(order.durationMinutes)
  const wantedMs = msOf(item.start)
  const earliestMs = Math.max(
    world.clock.now() + minutes(freezeMinutes),
    order.release === undefined ? 0 : msOf(order.release),
  )
  const latestMs = order.due === undefined ? wantedMs + afterMs : Math.min(msOf(order.due), wantedMs + afterMs)
  const found: Alternative[] = []
  const look = async (assets: readonly Wanted[], span: Interval, upTo: number): Promise<void> => {
    const windows = openSpans(order.constraints?.hours, span)
      .filter(({ startMs, endMs }) => endMs - startMs >= durationMs)
      .slice(0, mostWindows)
    for (const window of windows) {
      if (found.length >= upTo) return
      const { options } = await findTimes(
        { workspaceId: order.workspaceId, assets, durationMs, window, most, setup: setupOf(order.mode), own },
        world,
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
        if (found.length < upTo && !known) found.push(one)
      }
    }
  }
  const later = { startMs: Math.max(wantedMs, earliestMs), endMs: latestMs }
  await look(item.assets, later, 1)
  const [same] = found
  if (same && (await fitReasons(order, same, world)).length > 0) found.pop()
  await look(order.requirements, later, most)
  const before = {
    startMs: Math.max(wantedMs - beforeMs, earliestMs),
    endMs: Math.min(latestMs, wantedMs + durationMs),
  }
  if (found.length < most) await look(order.requirements, before, most)
  return found
}
