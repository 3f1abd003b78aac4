import type { Model } from './model.ts'
import { insert, remove, settle } from './moves.ts'
import { earliestCommon, earliestGap, placePinned } from './pinned.ts'
import { findPlace } from './places.ts'
import type { State } from './state.ts'
import { begin, rollBack } from './trial.ts'

/** What counts between plans of the same value, and how much: early starts, alike load of the assets, little changeover. */
export type TidyWeights = { readonly earliness: number; readonly load: number; readonly changeover: number }

/** Rounds over all jobs, and lanes that are looked at for one. */
const mostRounds = 6
const mostLanes = 12
/** Jobs between two looks at whether to stop. */
const lookEvery = 64

/** Spread of numbers around their mean. */
export const deviationOf = (numbers: readonly number[] | Float64Array): number => {
  if (numbers.length === 0) return 0
  let sum = 0
  let squares = 0
  for (const number of numbers) {
    sum += number
    squares += number * number
  }
  const mean = sum / numbers.length
  return Math.sqrt(Math.max(0, squares / numbers.length - mean * mean))
}

/** Assets that some job may be done on, by lane: a number from 0 or −1; and how many lanes each has. */
const usableAssets = ({ problem, laneOf, lanes }: Model) => {
  const usable = new Set(laneOf)
  const numbers = new Map<number, number>()
  const assetOf = new Int32Array(lanes).fill(-1)
  const lanesOf: number[] = []
  problem.lanes.forEach(({ asset }, lane) => {
    if (!usable.has(lane)) return
    const number = numbers.get(asset) ?? numbers.size
    numbers.set(asset, number)
    assetOf[lane] = number
    lanesOf[number] = (lanesOf[number] ?? 0) + 1
  })
  return { assetOf, lanesOf }
}

/** Keeps count of what the weights weigh; costs are shares of the time from the first opening to the last closing. */
const makeLedger = (s: State, weights: TidyWeights) => {
  const { model } = s
  const { assetOf, lanesOf } = usableAssets(model)
  const starts = new Float64Array(model.lanes)
  const busy = new Float64Array(model.lanes)
  const load = new Float64Array(lanesOf.length)
  let allStarts = 0
  const span = Math.max(1, Math.max(...model.closes) - Math.min(...model.opens))
  const count = Math.max(1, model.jobs - s.leftCount)
  /** Counts a lane anew. */
  const recount = (lane: number): void => {
    const from = model.base[lane]!
    let sum = 0
    let time = 0
    for (let at = from + 1; at < from + s.length[lane]! - 1; at++) {
      const visit = s.sequence[at]!
      const job = model.visitJob[visit]!
      if (job < 0) continue
      time += s.duration[visit]!
      if (visit === model.visitFrom[job]) sum += s.start[visit]!
    }
    allStarts += sum - starts[lane]!
    starts[lane] = sum
    const asset = assetOf[lane]!
    if (asset >= 0) load[asset]! += (time - busy[lane]!) / lanesOf[asset]!
    busy[lane] = time
  }
  for (let lane = 0; lane < model.lanes; lane++) recount(lane)
  return {
    /** By lane what one unit of time more costs, as if the mean did not change. */
    pull: (lane: number): number => (assetOf[lane]! < 0 ? 0 : load[assetOf[lane]!]! / lanesOf[assetOf[lane]!]!),
    recountSaved: (): void => {
      for (let index = 0; index < s.savedCount; index++) recount(s.saved[index]!)
    },
    cost: (): number =>
      (weights.earliness * allStarts + weights.changeover * s.crossing) / (count * span) +
      (weights.load * deviationOf(load)) / span,
  }
}
type Ledger = ReturnType<typeof makeLedger>

/** Puts a job with one need, just taken out, on another lane or elsewhere on its own, for the same gain or more. */
const putElsewhere = (s: State, job: number, gain: number, { pull }: Ledger, weights: TidyWeights): void => {
  const { model, random } = s
  if (random.below(3) === 0 && findPlace(s, job, { gainWeight: 0, blinkEvery: 0 })) {
    if (model.gain[s.foundOption]! >= gain) insert(s, job, s.foundOption, s.foundLane, s.foundPosition)
    return
  }
  let best: { option: number; lane: number; position: number } | undefined
  let least = Number.POSITIVE_INFINITY
  for (let option = model.optionFrom[job]!; option < model.optionFrom[job + 1]!; option++) {
    if (model.gain[option]! < gain) continue
    const first = model.laneFrom[model.needFrom[option]!]!
    const lanes = model.laneFrom[model.needFrom[option]! + 1]! - first
    const shift = random.below(Math.max(1, lanes))
    for (let index = 0; index < Math.min(lanes, mostLanes); index++) {
      const lane = model.laneOf[first + ((shift + index) % lanes)]!
      const { start, position } = earliestGap(s, option, lane, model.open[option]!)
      if (start > model.close[option]!) continue
      const cost = weights.earliness * start + weights.load * pull(lane) * 2 * random.unit()
      if (cost >= least) continue
      least = cost
      best = { option, lane, position }
    }
  }
  if (best) insert(s, job, best.option, best.lane, best.position)
}

/** The same for several needs, at the earliest common start. */
const pinElsewhere = (s: State, job: number, gain: number): void => {
  const { model, random } = s
  for (let option = model.optionFrom[job]!; option < model.optionFrom[job + 1]!; option++) {
    if (model.gain[option]! < gain) continue
    const found = earliestCommon(s, option, model.open[option]!, model.close[option]!, random.below(1024))
    if (!found) continue
    placePinned(s, job, found)
    return
  }
}

/**
 * Moves jobs one by one where that costs less by the weights. Every job stays done for at least the gain that it has, so that no
 * value is lost; companions and what has some stay where they are.
 */
export const tidy = (s: State, weights: TidyWeights, shouldStop?: () => boolean): void => {
  const { model } = s
  const ledger = makeLedger(s, weights)
  let before = ledger.cost()
  for (let round = 0, improved = true; improved && round < mostRounds; round++) {
    improved = false
    for (let job = 0; job < model.jobs; job++) {
      if (job % lookEvery === 0 && shouldStop?.()) return
      const option = s.option[job]!
      if (option < 0 || model.parent[job]! >= 0 || model.children[job]!.length > 0) continue
      const left = s.leftCount
      const gain = model.gain[option]!
      begin(s)
      remove(s, job)
      settle(s)
      if (model.pinned[job] === 1) pinElsewhere(s, job, gain)
      else putElsewhere(s, job, gain, ledger, weights)
      ledger.recountSaved()
      const cost = ledger.cost()
      if (s.leftCount <= left && cost < before - 1e-12) {
        before = cost
        improved = true
        continue
      }
      rollBack(s)
      ledger.recountSaved()
    }
  }
}
