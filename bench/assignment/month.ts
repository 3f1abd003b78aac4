import { type OpeningHours, weekdays } from '#domain/assets/opening-hours.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { keysOf } from '#domain/keys-of.ts'
import type { Order } from '#domain/orders/order.ts'
import type { OrderType } from '#domain/orders/order-type.ts'
import type { Person } from '#domain/people/person.ts'
import { localDay } from '#domain/people/presence.ts'
import { Random } from '#domain/planning/random.ts'
import type { PlanInput, PlannedAsset, PlannedOrder } from '#domain/plans/plan-input.ts'
import type { StandingDuty } from '#domain/rotations/rotation.ts'
import { type Turn, turnsOf } from '#domain/rotations/turns.ts'
import { dayMs, hours, instantOf, msOf } from '#domain/time.ts'

const zone = 'Europe/Berlin'
/** A Monday, at midnight in Berlin. */
export const firstMs = msOf('2026-11-29T23:00:00Z')
const days = 28
const workspaceId = 'wsp_bench' as WorkspaceId

const at = (times: readonly string[]) => ({ timeZone: zone, times: [...times] })
const types: readonly OrderType[] = [
  { type: 'juicer', name: 'Juicer', rank: 1, requirements: [], starts: at(['09:00']), perPersonPerDay: 1 },
  {
    type: 'setup',
    name: 'Digital set-up',
    rank: 2,
    requirements: [],
    starts: at(['09:15', '09:30', '09:45', '10:00']),
  },
  { type: 'refresh', name: 'Refresh', rank: 3, requirements: [], gapMinutes: 15 },
  { type: 'teardown', name: 'Teardown', rank: 5, requirements: [], starts: at(['16:00', '16:30', '17:00']) },
  {
    type: 'core',
    name: 'Core',
    rank: 6,
    requirements: [],
    starts: at(['09:45', '10:30', '11:00', '11:30']),
    perPersonPerDay: 1,
  },
  { type: 'visit', name: "Supervisor's visit", rank: 7, requirements: [] },
]

/** Minutes that an order of a type takes, how many of a hundred are of it, and who may do it. */
const kinds = [
  { type: 'juicer', minutes: 480, share: 3, needs: 'juicer' },
  { type: 'setup', minutes: 60, share: 16, needs: 'digital' },
  { type: 'refresh', minutes: 120, share: 14, needs: 'digital' },
  { type: 'teardown', minutes: 45, share: 10, needs: 'lead' },
  { type: 'teardown', minutes: 45, share: 4, needs: 'primary_lead' },
  { type: 'core', minutes: 390, share: 32, needs: 'core' },
] as const

const week = (from: string, to: string, off: readonly number[]): OpeningHours => ({
  timeZone: zone,
  week: Object.fromEntries(weekdays.flatMap((day, index) => (off.includes(index) ? [] : [[day, [{ from, to }]]]))),
  exceptions: [],
})

/** 40 people: some work part of the week, some are away or ill for days, all have limits; few can do what is special. */
const peopleOf = (random: Random): PlannedAsset[] =>
  Array.from({ length: 40 }, (_, index): PlannedAsset => {
    const dayOf = (day: number): string => localDay(zone, firstMs + day * dayMs + hours(12))
    const away = (id: string, kind: 'vacation' | 'sick', most: number) => {
      const from = random.below(days)
      return { id, from: dayOf(from), to: dayOf(from + random.below(most)), kind }
    }
    const isPart = random.below(3) === 0
    const person: Person = {
      qualifications: keysOf(ranges).flatMap((name) => (able(name).includes(`ast_${index}`) ? [{ name }] : [])),
      timeOff: [
        ...(random.below(3) === 0 ? [away('vacation', 'vacation', 10)] : []),
        ...(random.below(4) === 0 ? [away('sick', 'sick', 4)] : []),
      ],
      limits: { perDay: 3 + random.below(3), perWeek: isPart ? 8 : 14, hoursPerWeek: isPart ? 20 : 38 },
    }
    const openingHours = week(
      index % 2 === 0 ? '08:30' : '09:00',
      index < 5 ? '20:00' : '18:00',
      isPart ? [1, 3, 5, 6] : [5, 6],
    )
    return { id: `ast_${index}`, name: `Person ${index + 1}`, capacity: 1, spacing: {}, openingHours, person }
  })

/** Who can do what: many the usual, few what is special; from and to a number. */
const ranges = { digital: [5, 10], lead: [8, 14], core: [14, 29], visit: [0, 5] } as const
const able = (needs: string): AssetId[] => {
  const [from, to] = needs in ranges ? ranges[needs as keyof typeof ranges] : [0, 0]
  return Array.from({ length: to - from }, (_, index): AssetId => `ast_${from + index}`)
}

/** A month as it is planned, and who takes which duty in it. */
type Month = PlanInput & { readonly duties: readonly StandingDuty[] }

/** A month of a laboratory: so many orders with companions, two duties by rotation, due in days or weeks. */
export const generateMonth = (seed: number, count = 600): Month => {
  const random = new Random(seed)
  const assets = peopleOf(random)
  const span = { startMs: firstMs, endMs: firstMs + days * dayMs }
  const people = new Map(assets.map(({ id, name }) => [id, { name, zone }]))
  const rotated: StandingDuty[] = []
  /** Whose turns a duty is, somebody's on each day from Monday to Friday. */
  const turnsAt = (duty: string, from: number, to: number): Turn[] => {
    const holders = weekdays
      .slice(0, 5)
      .map((day) => [day, `ast_${from + random.below(to - from)}` as AssetId] as const)
    const standing = { duty, name: duty, week: Object.fromEntries(holders) }
    rotated.push(standing)
    return turnsOf({ rotation: { duties: [standing] }, exceptions: [], people }, duty, span)
  }
  const duties = new Map([
    ['juicer', turnsAt('juicer', 12, 32)],
    ['primary_lead', turnsAt('primary_lead', ...ranges.lead)],
  ])
  const stamps = {
    createdAt: instantOf(firstMs),
    createdBy: 'bench',
    updatedAt: instantOf(firstMs),
    updatedBy: 'bench',
  }
  const orders: PlannedOrder[] = []
  const add = (name: string, needs: string, more: Pick<Order, 'durationMinutes'> & Partial<Order>): void => {
    const turns = duties.get(needs)
    const order: Order = {
      workspaceId,
      id: `ord_${name}`,
      name,
      status: 'new',
      priority: 1 + random.below(5),
      value: 100,
      requirements: [turns ? { duty: needs, units: 1 } : { capability: needs, units: 1 }],
      mode: { kind: 'PROTOCOL' },
      source: 'manual',
      tags: [],
      slots: [],
      version: 1,
      ...stamps,
      ...more,
    }
    const type = types.find((one) => one.type === order.type)
    const constraints = type?.starts && { starts: type.starts }
    orders.push({
      order: { ...order, ...(constraints && { constraints }) },
      candidates: [turns ? [...new Set(turns.map(({ assetId }) => assetId))] : able(needs)],
      ...(turns && { turns: [turns] }),
      type,
      worth: order.value,
    })
  }
  const drawn = kinds.flatMap((kind) => Array.from({ length: kind.share }, () => kind))
  while (orders.length < count) {
    const kind = drawn[random.below(drawn.length)] ?? kinds[0]
    const name = `${kind.type}-${orders.length}`
    // On a weekday; half of them are due in a few days.
    const releaseMs = firstMs + (7 * random.below(days / 7) + random.below(5)) * dayMs
    const due = instantOf(releaseMs + dayMs * (1 + random.below(random.below(2) === 0 ? 3 : 14)))
    const window = { release: instantOf(releaseMs), due }
    add(name, kind.needs, { type: kind.type, durationMinutes: kind.minutes, ...window })
    if (kind.type !== 'core' || random.below(2) === 0 || orders.length >= count) continue
    // A supervisor looks in within two hours after the end.
    const follows = {
      orderId: `ord_${name}`,
      minMinutes: 0,
      maxMinutes: 120,
      sameDay: true,
      timeZone: zone,
      otherAssets: true,
    } as const
    add(`visit-${orders.length}`, 'visit', { type: 'visit', durationMinutes: 20, ...window, follows })
  }
  return {
    orders,
    assets,
    claims: [],
    span,
    freezeMs: firstMs,
    prices: { move: 0, reassign: 0, drop: 0 },
    tidy: { earliness: 0, load: 0, changeover: 0 },
    types,
    duties: rotated,
  }
}
