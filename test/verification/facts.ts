/** Facts of an audit, made one by one: a Monday at six in the morning in Berlin, in a laboratory where nothing is wrong. */
import type { Asset } from '#domain/assets/asset.ts'
import type { Conflict } from '#domain/conflicts/conflict.ts'
import type { AssetId, OrderId } from '#domain/ids.ts'
import type { Follows } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import type { Person } from '#domain/people/person.ts'
import { usualThresholds, type Work } from '#domain/people/workload.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { StandingDuty } from '#domain/rotations/rotation.ts'
import { dayMs, dayOf, hours, instantOf } from '#domain/time.ts'
import type { Facts } from '#domain/verification/facts.ts'
import { documentOf } from '../adapters/documents.ts'
import { workspaceId } from '../api/laboratory.ts'

export const six = Date.parse('2026-11-23T06:00:00+01:00')
export const today = '2026-11-23'
export const day = (after: number): string => dayOf(Date.parse(today) + after * dayMs)
/** Moment so many hours from now. */
export const inHours = (count: number): string => instantOf(six + hours(count))
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Everything that is put into it is wrong or right on its own; nothing of it touches anything else. */
export const openFacts = () => {
  const assets = new Map<AssetId, Asset>()
  const orders = new Map<OrderId, Order>()
  const duties: StandingDuty[] = []
  const slots: Slot[] = []
  const work: Work[] = []
  const conflicts: Conflict[] = []
  const places: Mutable<Map<OrderId, ReturnType<typeof placeOf>>> = new Map()
  const proposals: Facts['proposals'][number][] = []
  const recoveries: Facts['recoveries'][number][] = []
  const facts: Facts = {
    nowMs: six,
    timeZone: 'Europe/Berlin',
    today,
    span: { startMs: six, endMs: six + 7 * dayMs },
    dutyDays: Array.from({ length: 28 }, (_, index) => day(index)),
    assets,
    hoursOf: ({ openingHours }) => openingHours,
    rotation: { duties },
    exceptions: [],
    orders,
    slots,
    places,
    conflicts,
    work,
    thresholds: usualThresholds,
    proposals,
    recoveries,
  }
  let last = 0
  const next = (): string => `n${String(++last).padStart(4, '0')}`
  const all = [{ from: '00:00', to: '24:00' }]
  const always = {
    timeZone: 'Europe/Berlin',
    week: Object.fromEntries(weekdays.map((name) => [name, all])),
    exceptions: [],
  }
  const order = (more: Partial<Order> = {}): Order => {
    const value = { ...documentOf('order', workspaceId, next()), status: 'committed' as const, ...more }
    orders.set(value.id, value)
    return value
  }
  const slot = (of: Order, start: number, more: Partial<Slot> = {}): Slot => {
    const id = next()
    const value = {
      ...documentOf('slot', workspaceId, id),
      orderId: of.id,
      reservationId: `res_${id}` as const,
      start: inHours(start),
      end: inHours(start + 1),
      ...more,
    }
    slots.push(value)
    return value
  }
  return {
    facts,
    person: (person: Partial<Person> = {}, more: Partial<Asset> = {}): Asset => {
      const value: Asset = {
        ...documentOf('asset', workspaceId, next()),
        kind: 'person',
        name: `Person ${last}`,
        capabilities: [],
        openingHours: always,
        person: { qualifications: [], timeOff: [], ...person },
        ...more,
      }
      assets.set(value.id, value)
      return value
    },
    /** A duty that somebody has on the weekdays that are not left out. */
    duty: (holder: Asset, without: readonly number[] = []): string => {
      const duty = `duty_${next()}`
      const week = Object.fromEntries(weekdays.flatMap((name, at) => (without.includes(at) ? [] : [[name, holder.id]])))
      duties.push({ duty, name: duty, week })
      return duty
    },
    order,
    slot,
    /** A slot that follows another; the other may stand nowhere. */
    pair: (
      follows: Partial<Follows>,
      parent: { readonly start: number; readonly assetId?: AssetId } | undefined,
      start: number,
      assetId: AssetId = 'ast_other',
    ): Slot => {
      const first = order()
      if (parent) {
        const { start: at, assetId: on = 'ast_first' } = parent
        places.set(first.id, placeOf({ start: inHours(at), end: inHours(at + 1), assets: [{ assetId: on, units: 1 }] }))
      }
      const bound = { minMinutes: 0, ...follows, orderId: first.id }
      return slot(order(), start, { follows: bound, assets: [{ assetId, units: 1 }] })
    },
    works: (of: Asset, start: number, length = 1): Work => {
      const one: Work = {
        assetId: of.id,
        reservationId: `res_${next()}`,
        startMs: six + hours(start),
        endMs: six + hours(start + length),
      }
      work.push(one)
      return one
    },
    conflict: (start: number, more: Partial<Conflict> = {}): Conflict => {
      const value = {
        ...documentOf('conflict', workspaceId, next()),
        start: inHours(start),
        end: inHours(start + 1),
        ...more,
      }
      conflicts.push(value)
      return value
    },
    proposal: (...items: { start: number; state?: PlanItem['state'] }[]): string => {
      const plan = { ...documentOf('plan', workspaceId, next()), algorithm: 'assignment' as const }
      const [item] = documentOf('planPart', workspaceId, '0').items as [PlanItem]
      proposals.push({
        plan,
        items: items.map(({ start, state = 'proposed' }) => ({
          ...item,
          state,
          orderId: `ord_${next()}`,
          start: inHours(start),
          end: inHours(start + 1),
        })),
      })
      return plan.id
    },
    recovery: (): string => {
      const value = documentOf('recovery', workspaceId, next())
      if (value.status === 'open') recoveries.push(value)
      return value.id
    },
  }
}
export type Bench = ReturnType<typeof openFacts>
