import type { OrderId } from '../ids.ts'
import type { Rejection, Remedy } from '../planning/rejection.ts'
import { instantOf } from '../time.ts'
import { mostLanes } from './lanes.ts'
import type { LeftOut } from './plan.ts'
import type { PlannedAsset, PlannedOrder, StandingClaim } from './plan-input.ts'
import { type Posed, valueScale } from './problem-of.ts'

/** Names for what a rejection tells by number. */
type Names = {
  readonly posed: Posed
  readonly orders: ReadonlyMap<OrderId, PlannedOrder>
  readonly assets: readonly PlannedAsset[]
  readonly claims: readonly StandingClaim[]
}

const spell = (minutes: number): string =>
  minutes >= 120 && minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minute${minutes === 1 ? '' : 's'}`

/** What orders count for, in the words of the people who gave it: by their values or, where urgent ones come first, by priority. */
const tellWorth = (orders: readonly PlannedOrder[], byPriority: boolean): string => {
  const value = orders.reduce((sum, { order }) => sum + order.value, 0)
  if (!byPriority) return `${value}`
  const priorities = [...new Set(orders.map(({ order }) => order.priority))].toSorted((a, b) => b - a)
  return `${value} with priority ${priorities.join(' and ')}`
}

/** A rejection of the planner in words that a person can act on. */
export const toldRejection = (rejection: Rejection, { posed, orders, assets, claims }: Names): LeftOut => {
  const { problem, unitMs, zeroMs, assetOfLane, orderOfJob } = posed
  const orderId = orderOfJob[rejection.job] as OrderId
  const planned = orders.get(orderId)
  const order = planned?.order
  const byPriority = [...orders.values()].some((one) => one.worth !== one.order.value)
  const minutesOf = (units: number): number => Math.ceil((units * unitMs) / 60_000)
  const assetName = (lane: number): string => {
    const id = assetOfLane[lane]
    return `"${assets.find((asset) => asset.id === id)?.name ?? id}"`
  }
  const orderName = (job: number): string => {
    const id = orderOfJob[job] as OrderId
    return `"${orders.get(id)?.order.name ?? id}"`
  }
  const standing = (index: number): string => {
    const found = problem.fixed[index]
    if (!found) return 'a claim'
    const startMs = zeroMs + found.start * unitMs
    const claim = claims.find(
      (one) => one.assetId === assetOfLane[found.lane] && Math.abs(one.startMs - startMs) < 2 * unitMs,
    )
    const there = claim?.orderId && `"${orders.get(claim.orderId)?.order.name ?? claim.orderId}"`
    return `${there ?? claim?.reservationId ?? 'a claim'} at ${instantOf(startMs)}`
  }
  const by = order?.due ? ` before ${order.due}` : ''
  const remedyOf = (remedy: Remedy): string => {
    switch (remedy.kind) {
      case 'add-capability':
        return 'Give an asset what it needs, or name another in its requirements.'
      case 'widen-window':
        return `Give it a window that is ${spell(minutesOf(remedy.by))} longer.`
      case 'open-longer':
        return `It needs ${spell(minutesOf(remedy.by))} more on ${assetName(remedy.lane)}${by}: open it longer, or widen the window of the order.`
      case 'release-lock':
        return `Move or give back ${remedy.fixed.map(standing).join(' or ')}.`
      case 'place-companion':
        return `It is planned when ${orderName(remedy.job)} is.`
      case 'raise-value':
        return byPriority
          ? 'Raise its priority (among equal ones its value decides), or give it another asset or more time.'
          : `Raise its value by ${Math.ceil(remedy.by / valueScale)}, or give it another asset or more time.`
      case 'search-longer':
        return 'Plan again with more iterations or time, by a planning run.'
    }
  }
  /** Where units are free all the same. */
  const shared = assets.find(
    ({ id, capacity }) => capacity > mostLanes && planned?.candidates.some((ids) => ids.includes(id)),
  )
  const inShares = shared
    ? ` "${shared.name}" has ${shared.capacity} units and is planned in ${mostLanes} equal shares, what is asked for rounded up: where units are free all the same, it can be booked by hand.`
    : ''
  /** What it would cost, as people see it: the worth of others, and the price of changing slots. */
  const tellCost = (displaced: readonly number[], net: number): string => {
    const others = displaced.flatMap((job) => orders.get(orderOfJob[job] as OrderId) ?? [])
    const gap = others.reduce((sum, { worth }) => sum + worth, 0) - (planned?.worth ?? 0)
    const price = Math.round(net / valueScale - gap)
    const own = planned ? tellWorth([planned], byPriority) : 'less'
    const slots =
      price <= 0 ? '' : byPriority ? ', and slots would have to change' : `, and changing slots costs ${price} more`
    return `of value ${tellWorth(others, byPriority)}${slots}; its own value, ${own}, is not higher.`
  }
  const say = (code: LeftOut['code'], message: string, displaced: readonly number[] = []): LeftOut => ({
    orderId,
    code,
    message,
    remedy: remedyOf(rejection.remedy),
    ...(displaced.length > 0 && { displaces: displaced.map((job) => orderOfJob[job] as OrderId) }),
  })
  switch (rejection.code) {
    case 'NO_CAPABLE_ASSET':
      return say('NO_CAPABLE_ASSET', 'No asset can do it.')
    case 'INVALID_WINDOW':
      return say('INVALID_WINDOW', 'Its window is shorter than it takes.')
    case 'ASSET_UNAVAILABLE':
      return say(
        'ASSET_UNAVAILABLE',
        `${assetName(rejection.lane)} is not open long enough within its window: ${spell(minutesOf(rejection.missing))} are missing.`,
      )
    case 'BLOCKED_BY_LOCKS':
      return say(
        'BLOCKED_BY_LOCKS',
        `What stands in the calendar of ${assetName(rejection.lane)} leaves no room: ${spell(minutesOf(rejection.missing))} are missing${by}.${inShares}`,
      )
    case 'COMPANION_OUT_OF_REACH':
      return say(
        'WAITS_FOR_OTHER',
        rejection.isDone
          ? `${orderName(rejection.after)}, which it follows, is planned for a time after which there is no room for it.`
          : `${orderName(rejection.after)}, which it follows, is not in the plan.`,
      )
    case 'LOWER_VALUE_THAN_DISPLACED':
      return say(
        'LOWER_VALUE_THAN_DISPLACED',
        `It would fit only in place of ${rejection.displaced.map(orderName).join(', ')}, ${tellCost(rejection.displaced, rejection.displacedWorth - rejection.worth)}${inShares}`,
        rejection.displaced,
      )
    case 'TAX_EXCEEDS_GAIN':
      return say('TAX_EXCEEDS_GAIN', 'To do it costs more in moved slots than it is worth.')
    case 'NOT_FOUND_IN_BUDGET':
      return say(
        'NOT_FOUND_IN_BUDGET',
        'A place for it may exist; the search ended before it was found.',
        rejection.displaced,
      )
    case 'UNEXAMINED':
      return say(
        'NOT_FOUND_IN_BUDGET',
        'A place for it may exist; the time for this plan was over before it was looked for why it has none.',
      )
  }
}
