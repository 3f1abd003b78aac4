import { isOpenThroughout } from '../assets/opening-hours.ts'
import type { AssetId, OrderId } from '../ids.ts'
import { companionReasons, type Place } from '../orders/companion.ts'
import { absencesIn, localDay, zoneOf } from '../people/presence.ts'
import { changeoverMs } from '../plans/changeover.ts'
import type { PlanInput, PlannedOrder } from '../plans/plan-input.ts'
import { dayMs, hours, minutes, msOf } from '../time.ts'
import { localTime, wallAt } from '../zone.ts'

/** Something that was given to somebody; `kept`: it stood there before, and is not judged by itself. */
export type Given = Place & { readonly orderId: OrderId; readonly kept: boolean }

export type AssignmentViolation = { readonly orderId: OrderId; readonly code: string }

type OnAsset = {
  readonly startMs: number
  readonly endMs: number
  readonly units: number
  readonly mode: PlannedOrder['order']['mode']
  readonly type?: string | undefined
  readonly gapMinutes: number
  readonly orderId?: OrderId | undefined
  readonly isNew: boolean
}

const mondayOf = (day: string): string => {
  const ms = Date.parse(`${day}T00:00:00Z`)
  return new Date(ms - ((new Date(ms).getUTCDay() + 6) % 7) * dayMs).toISOString().slice(0, 10)
}

/** What is wrong with an order by itself, wherever others are. */
const alone = (input: PlanInput, planned: PlannedOrder, given: Given): string[] => {
  const { order, candidates, turns, notBefore = 0, notAfter = Number.POSITIVE_INFINITY } = planned
  const { startMs, endMs, assetIds } = given
  const found: string[] = []
  const release = order.release === undefined ? 0 : msOf(order.release)
  const due = order.due === undefined ? Number.POSITIVE_INFINITY : msOf(order.due)
  if (endMs - startMs !== minutes(order.durationMinutes)) found.push('duration')
  if (startMs < Math.max(release, notBefore) || endMs > Math.min(due, notAfter)) found.push('window')
  if (startMs < input.span.startMs || endMs > input.span.endMs) found.push('span')
  if (startMs < input.freezeMs) found.push('frozen')
  const { hours: open, starts } = order.constraints ?? {}
  if (!isOpenThroughout(open, { startMs, endMs })) found.push('hours')
  if (starts && !starts.times.some((time) => localTime(starts.timeZone, startMs).endsWith(` ${time}`)))
    found.push('fixed-start')
  if (startMs % minutes(1) !== 0) found.push('part-of-a-minute')
  if (assetIds.length !== order.requirements.length || new Set(assetIds).size < assetIds.length)
    found.push('requirements')
  for (const [index, want] of order.requirements.entries()) {
    const id = assetIds[index]
    const asset = input.assets.find((one) => one.id === id)
    if (!asset || !candidates[index]?.includes(asset.id)) {
      found.push('not-able')
      continue
    }
    if (want.units > asset.capacity) found.push('units')
    const has = turns?.[index]?.some(
      (turn) => turn.assetId === id && turn.startMs <= startMs && startMs <= turn.endMs - 1,
    )
    if (has === false) found.push('duty')
    if (!isOpenThroughout(asset.openingHours, { startMs, endMs })) found.push('closed')
    if (asset.person && absencesIn(asset.person, zoneOf(asset.openingHours), { startMs, endMs }).length > 0)
      found.push('absent')
  }
  return found
}

/** What is wrong on one asset, of what is new there. */
const together = (input: PlanInput, assetId: AssetId, all: readonly OnAsset[]): [OnAsset, string][] => {
  const asset = input.assets.find(({ id }) => id === assetId)
  if (!asset) return []
  const found: [OnAsset, string][] = []
  const { person, spacing, capacity } = asset
  const day = (one: OnAsset): string => localDay(zoneOf(asset.openingHours), one.startMs)
  for (const one of all) {
    if (!one.isNew) continue
    const others = all.filter((other) => other !== one)
    // Units at each moment at which one more begins, changeovers counted as use.
    const spread = others.map((other) => ({
      from: other.startMs - changeoverMs(spacing, one.mode, other.mode),
      to: other.endMs + changeoverMs(spacing, other.mode, one.mode),
      units: other.units,
    }))
    const moments = [one.startMs, ...spread.map(({ from }) => from)].filter((at) => one.startMs <= at && at < one.endMs)
    const isFull = moments.some(
      (at) =>
        spread.reduce((sum, { from, to, units }) => sum + (from <= at && at < to ? units : 0), 0) >
        capacity - one.units,
    )
    if (isFull) found.push([one, 'overlap'])
    if (!person) continue
    const tooNear = others.some((other) => {
      const gapMs = minutes(Math.max(one.gapMinutes, other.gapMinutes))
      const apart = Math.max(other.startMs - one.endMs, one.startMs - other.endMs)
      return gapMs > 0 && apart < gapMs
    })
    if (tooNear) found.push([one, 'gap'])
    const sameDay = all.filter((other) => day(other) === day(one))
    const sameWeek = all.filter((other) => mondayOf(day(other)) === mondayOf(day(one)))
    const { perDay, perWeek, hoursPerWeek } = person.limits ?? {}
    const planned = input.orders.find(({ order }) => order.id === one.orderId)
    const most = planned?.type?.perPersonPerDay
    if (most !== undefined && sameDay.filter(({ type }) => type === one.type).length > most)
      found.push([one, 'type-limit'])
    if (perDay !== undefined && sameDay.length > perDay) found.push([one, 'day-limit'])
    if (perWeek !== undefined && sameWeek.length > perWeek) found.push([one, 'week-limit'])
    const used = sameWeek.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
    if (hoursPerWeek !== undefined && used > hours(hoursPerWeek)) found.push([one, 'hours-limit'])
  }
  return found
}

/** A companion without the order that it follows, or in the wrong place beside it. */
const companion = (input: PlanInput, { order }: PlannedOrder, own: Given, all: readonly Given[]): string[] => {
  const { follows } = order
  if (!follows || !input.orders.some((one) => one.order.id === follows.orderId)) return []
  const other = all.find(({ orderId }) => orderId === follows.orderId)
  return other ? companionReasons(follows, own, other).map(({ code }) => code) : ['dangling']
}

const onAsset = (input: PlanInput, all: readonly Given[], assetId: AssetId): OnAsset[] => {
  const known = [...(input.types ?? []), ...input.orders.flatMap((one) => one.type ?? [])]
  const gapOf = (type: string | undefined): number => known.find((one) => one.type === type)?.gapMinutes ?? 0
  const claims = input.claims.filter((claim) => claim.assetId === assetId)
  return [
    ...claims.map((claim) => ({ ...claim, gapMinutes: gapOf(claim.type), isNew: false })),
    ...all.flatMap(({ orderId, startMs, endMs, assetIds, kept }) => {
      const order = input.orders.find((one) => one.order.id === orderId)?.order
      const index = assetIds.indexOf(assetId)
      if (!order || index < 0) return []
      const { mode, type, requirements } = order
      const units = requirements[index]?.units ?? 1
      return [{ startMs, endMs, units, mode, type, gapMinutes: gapOf(type), orderId, isNew: !kept }]
    }),
  ]
}

/** Whether an order could be somewhere, with all else as it is. */
export const mightBe = (input: PlanInput, all: readonly Given[], one: Given): boolean => {
  const planned = input.orders.find(({ order }) => order.id === one.orderId)
  if (!planned || alone(input, planned, one).length > 0 || companion(input, planned, one, all).length > 0) return false
  return one.assetIds.every((assetId) =>
    together(input, assetId, onAsset(input, [...all, one], assetId)).every(([{ orderId }]) => orderId !== one.orderId),
  )
}

/**
 * Judges an assignment by the words of its question alone; it shares nothing with what assigns. @returns every hard rule that is
 * broken by what is new, none for a good one
 */
export const checkAssignment = (input: PlanInput, all: readonly Given[]): AssignmentViolation[] => {
  const orders = new Map(input.orders.map((planned) => [planned.order.id, planned]))
  const found = all.flatMap((one): AssignmentViolation[] => {
    const planned = orders.get(one.orderId)
    const { orderId } = one
    if (!planned) return [{ orderId, code: 'unknown-order' }]
    if (all.some((other) => other !== one && other.orderId === orderId)) return [{ orderId, code: 'twice' }]
    if (one.kept) return []
    return [...alone(input, planned, one), ...companion(input, planned, one, all)].map((code) => ({ orderId, code }))
  })
  const clashes = input.assets.flatMap(({ id }) =>
    together(input, id, onAsset(input, all, id)).flatMap(([{ orderId }, code]) => (orderId ? [{ orderId, code }] : [])),
  )
  return [...found, ...clashes]
}

/** The moments at which an order could begin by its own words: whole minutes, in steps. */
export const everyStart = ({ order }: PlannedOrder, { span, freezeMs }: PlanInput, stepMinutes: number): number[] => {
  const from = Math.max(span.startMs, freezeMs, order.release === undefined ? 0 : msOf(order.release))
  const to = Math.min(span.endMs, order.due === undefined ? span.endMs : msOf(order.due))
  const found: number[] = []
  const stepMs = minutes(stepMinutes)
  const { starts } = order.constraints ?? {}
  for (let at = Math.ceil(from / stepMs) * stepMs; at + minutes(order.durationMinutes) <= to; at += stepMs) {
    // Where clocks show a time twice, the first is meant.
    const isAgain = starts && wallAt(starts.timeZone, at - hours(1)) === wallAt(starts.timeZone, at)
    if (!isAgain) found.push(at)
  }
  return found
}
