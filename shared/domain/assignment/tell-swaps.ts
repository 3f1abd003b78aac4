import type { OrderId } from '../ids.ts'
import type { Assigned } from '../plans/plan.ts'
import { nameOf, tellDue, tellTime } from './because.ts'
import { type Bump, type Placed, placeOfPlaced, type State } from './state.ts'

type Swap = NonNullable<Assigned['swaps']>[number]

const isWhere = (one: Placed, other: Placed): boolean => {
  const [a, b] = [placeOfPlaced(one), placeOfPlaced(other)]
  return a.startMs === b.startMs && a.assetIds.toSorted().join() === b.assetIds.toSorted().join()
}

const tellWho = ({ on }: Placed): string => on.map(({ agenda }) => `"${agenda.asset.name}"`).join(', ')

/** What became of an order that made way, in the end. */
const swapOf = ({ victim, by, from }: Bump, s: State): Swap | undefined => {
  const now = s.placed.get(victim)
  const { task } = from
  const other = s.placed.get(by)?.task
  const than = `${nameOf(task)} ${tellDue(task)} (score ${task.score}, this one ${other?.score ?? 0})`
  const was = `${tellTime(task, from.startMs)} by ${tellWho(from)}`
  const swap = (outcome: Swap['outcome'], what: string): Swap => ({
    orderId: victim,
    outcome,
    score: task.score,
    reason: `${than}; ${what}`,
  })
  if (!now) return swap('unassigned', `it was to be done ${was}, and found no other place.`)
  if (isWhere(now, from)) return undefined
  const is = `${tellTime(task, now.startMs)} by ${tellWho(now)} instead of ${was}.`
  return now.startMs < from.startMs
    ? swap('forward', `it is done earlier: ${is}`)
    : swap('elsewhere', `it is done ${is}`)
}

/** Swaps by the order that was given room, and whom each order that made way did so for, the last. */
export const toldSwaps = (s: State) => {
  const swaps = new Map<OrderId, Swap[]>()
  const bumpedBy = new Map<OrderId, OrderId>()
  for (const bump of s.bumps) {
    const { by, victim } = bump
    const told = swaps.get(by) ?? []
    const swap = told.some(({ orderId }) => orderId === victim) ? undefined : swapOf(bump, s)
    if (!swap) continue
    swaps.set(by, [...told, swap])
    bumpedBy.set(victim, by)
  }
  return { swaps, bumpedBy }
}
