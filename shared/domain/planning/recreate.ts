import type { Model } from './model.ts'
import { insert, remove, settle } from './moves.ts'
import { findPinned, placePinned } from './pinned.ts'
import { findPlace, type Taste } from './places.ts'
import type { State } from './state.ts'

/** More jobs left out than this are not all tried in each round, but a random share of them. */
const tried = 400

/** Orders in which jobs may be put back: each lists all jobs; `rank` is its inverse. */
type Orders = readonly { readonly jobs: Int32Array; readonly rank: Int32Array }[]

const makeOrders = (model: Model): Orders => {
  const { jobs, optionFrom, worth, duration, open, close, problem } = model
  const best = Float64Array.from({ length: jobs }, (_, job) => problem.jobs[job]!.value)
  const of = (job: number, read: Int32Array): number => read[optionFrom[job]!] ?? 0
  const bestWorth = (job: number): number => worth[optionFrom[job]!] ?? best[job]!
  const keys: ((job: number) => number)[] = [
    (job) => -bestWorth(job),
    (job) => -bestWorth(job) / Math.max(1, of(job, duration)),
    (job) => of(job, close) - of(job, open),
    (job) => of(job, open),
    (job) => -of(job, close),
  ]
  return keys.map((key) => {
    const order = byKey(model, key)
    const rank = new Int32Array(jobs)
    order.forEach((job, index) => {
      rank[job] = index
    })
    return { jobs: order, rank }
  })
}

/** What a job and the companions that are done with it are worth. */
const worthWith = (s: State, job: number): number =>
  s.option[job]! < 0
    ? 0
    : s.model.children[job]!.reduce((sum, child) => sum + worthWith(s, child), s.model.worth[s.option[job]!]!)

/** Puts one job where it costs least; false if there is no place. A pinned one brings its companions. */
export const placeJob = (s: State, job: number, taste: Taste, randomStarts: boolean): boolean => {
  const { model } = s
  if (model.pinned[job] === 0) {
    if (!findPlace(s, job, taste)) return false
    insert(s, job, s.foundOption, s.foundLane, s.foundPosition)
    return true
  }
  const found = findPinned(s, job, { randomStarts, gainWeight: taste.gainWeight })
  if (!found) return false
  placePinned(s, job, found)
  for (const child of model.children[job]!) placeJob(s, child, taste, randomStarts)
  if (model.worth[found.option]! > 0 || worthWith(s, job) > 0) return true
  remove(s, job)
  settle(s)
  return false
}

/** A weight of gain that goes before any time. */
export const gainFirst = 1e7

/** Orders, and room for lists of jobs and for their keys. */
export type Workshop = { readonly orders: Orders; readonly list: Int32Array; readonly keys: Float64Array }

export const makeWorkshop = (model: Model): Workshop => ({
  orders: makeOrders(model),
  list: new Int32Array(model.jobs),
  keys: new Float64Array(model.jobs),
})

const shuffle = (s: State, list: Int32Array, count: number): void => {
  for (let index = count - 1; index > 0; index--) {
    const other = s.random.below(index + 1)
    const held = list[index]!
    list[index] = list[other]!
    list[other] = held
  }
}

/** What is tried in this round: all that is left out or, of many, what was just removed and a random share. */
const gather = (s: State, { list }: Workshop): number => {
  const { left, leftCount, random, removed, model } = s
  if (leftCount <= tried) {
    list.set(left.subarray(0, leftCount))
    return leftCount
  }
  const recent = Math.min(s.removedCount, tried)
  list.set(removed.subarray(0, recent))
  let count = recent
  const from = random.below(leftCount)
  for (let index = 0; index < tried - recent / 2; index++) {
    const job = left[(from + index) % leftCount]!
    // A common time of several lanes is long to look for.
    if (model.pinned[job] === 1 && random.below(8) > 0) continue
    let isRecent = false
    for (let before = 0; before < recent; before++) if (removed[before] === job) isRecent = true
    if (!isRecent && count < list.length) list[count++] = job
  }
  return count
}

/** Puts back what fits, in one of the orders or (`order` −1) in a random one. */
export const recreate = (s: State, shop: Workshop, order: number, taste: Taste): void => {
  const { list, keys } = shop
  if (order >= 0 && s.leftCount <= tried && s.model.jobs <= 4 * tried) {
    const { jobs } = shop.orders[order]!
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index]!
      if (s.option[job]! < 0) placeJob(s, job, taste, true)
    }
    return
  }
  const count = gather(s, shop)
  if (order < 0) shuffle(s, list, count)
  else {
    const { jobs, rank } = shop.orders[order]!
    for (let index = 0; index < count; index++) keys[index] = rank[list[index]!]!
    const sorted = keys.subarray(0, count).sort()
    for (let index = 0; index < count; index++) list[index] = jobs[sorted[index]!]!
  }
  for (let index = 0; index < count; index++) {
    const job = list[index]!
    if (s.option[job]! < 0) placeJob(s, job, taste, true)
  }
}

/** Jobs by an ascending key. */
export const byKey = ({ jobs }: Model, key: (job: number) => number): Int32Array => {
  const keys = Float64Array.from({ length: jobs }, (_, job) => key(job))
  return Int32Array.from({ length: jobs }, (_, job) => job).sort((a, b) => keys[a]! - keys[b]! || a - b)
}

/** As `bestFit`, for what a plan leaves out. */
export const placeBest = (s: State): void => {
  const { model } = s
  const dearest = byKey(model, (job) => {
    const { value, dropCost, options } = model.problem.jobs[job]!
    return -Math.max(0, ...options.map(({ gain, duration }) => (value + dropCost + gain) / duration))
  })
  const taste = { gainWeight: gainFirst, blinkEvery: 0 }
  for (const job of dearest) if (s.option[job]! < 0) placeJob(s, job, taste, false)
}
