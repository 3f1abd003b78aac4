import { makeLabels, resequence } from './labelling.ts'
import { load } from './load.ts'
import { compile } from './model.ts'
import { findNeighbours, type Neighbours } from './neighbours.ts'
import { drawBlink, type Taste } from './places.ts'
import { polish } from './polish.ts'
import type { Placement, Problem, Solution } from './problem.ts'
import { Random } from './random.ts'
import { gainFirst, makeWorkshop, placeBest, recreate, type Workshop } from './recreate.ts'
import { ruinBlockers, ruinLane, ruinSlab, ruinStrings, ruinWorst } from './ruin.ts'
import { createState, placementsOf, planValue, type State } from './state.ts'
import { type TidyWeights, tidy } from './tidy.ts'
import { begin, rollBack } from './trial.ts'

export type SearchBudget = {
  /** Rounds of ruin and recreate. */
  readonly iterations: number
  /** Share of the budget that is used, from 0 to 1, where it is not counted in iterations: the temperature follows it on several lanes. */
  readonly progress?: () => number
  /** Asked every so many iterations; a plan that was stopped is as good as any, but depends on the clock of the caller. */
  readonly shouldStop?: () => boolean
}

export type SearchStart = {
  readonly seed: number
  /** A plan to begin with; the result is never worse than it. */
  readonly start?: readonly Placement[]
  /** What counts between plans of the same value; nothing where it is left out. */
  readonly tidy?: TidyWeights
}

export type SearchOptions = SearchStart &
  SearchBudget & {
    /** Told now and then how far it is; without influence on what is found. */
    readonly onProgress?: (done: SearchProgress) => void
  }

/** Iterations done, and of the best plan so far its value and how many jobs it does, both before the last polish. */
export type SearchProgress = { readonly iterations: number; readonly value: number; readonly placed: number }

/** Iterations between two looks at progress and at whether to stop, and between two calls of `onProgress`. */
const lookEvery = 32
const tellEvery = 256
const blinkEvery = 100

/** Temperatures as shares of the mean worth of an option, at the beginning and at the end; a warm start begins cooler. */
const hot = 1
const warm = 0.2
const cold = 0.05
/** What changeover costs, as a share of what the same time earns on average. */
const crossingPrice = 0.5

/**
 * Iterations of one annealing where there is one lane, at least and for each job: such a plan is soon nearly the best and has few
 * ways out, so that several short annealings find more than one long one.
 */
const annealing = { least: 20_000, perJob: 80 }

/** Small and large ruins: how often, and how much. */
const ruins = [
  { share: 0.5, average: 3, longest: 6 },
  { share: 0.5, average: 10, longest: 6 },
] as const

/** How often each kind of ruin is drawn. */
const kinds = { strings: 80, slab: 20, worst: 30, blockers: 5, lane: 0.2 }
/** How often a stretch is sequenced anew, by the share of all lanes that one is: it takes as long as a hundred ruins and more. */
const resequenced = 0.2
/** How often jobs are put back in random order, and in each of the orders of the workshop. */
const orderShares = [4, 4, 2, 2, 1, 1]

/** Index of a share, drawn with its weight. */
const draw = (random: Random, shares: readonly number[]): number => {
  let left = random.unit() * shares.reduce((sum, share) => sum + share, 0)
  for (let index = 0; index < shares.length; index++) {
    left -= shares[index]!
    if (left < 0) return index
  }
  return 0
}

const makeRuin = (s: State, neighbours: Neighbours, { keys }: Workshop): (() => void) => {
  const { model, random } = s
  const touched = new Int32Array(model.lanes)
  const labels = makeLabels(model)
  const shares = [...Object.values(kinds), resequenced / model.lanes]
  const sizes = ruins.map(({ share }) => share)
  return () => {
    const strength = ruins[draw(random, sizes)]!
    const kind = draw(random, shares)
    if (kind === 1) ruinSlab(s, strength, random.below(model.jobs))
    else if (kind === 2) ruinWorst(s, strength, random.below(model.lanes), keys)
    else if (kind === 3 && s.leftCount > 0) ruinBlockers(s, s.left[random.below(s.leftCount)]!, strength)
    else if (kind === 4) ruinLane(s, random.below(model.lanes))
    else if (kind === 5) resequence(s, labels, random.below(model.lanes))
    else ruinStrings(s, neighbours, strength, touched)
  }
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** A search under way. */
export type Search = {
  /** Goes on, cooling down over the budget, and says now and then how far it is. */
  readonly run: (budget: SearchBudget) => Generator<SearchProgress, void>
  /** The best plan so far, polished and tidied as far as there is time. */
  readonly plan: (shouldStop?: () => boolean) => Solution
}

/**
 * Looks for the plan of the greatest value: slack induction by string removals (Christiaens and Vanden Berghe 2020) with
 * simulated annealing, and ejections at the end.
 */
export const startSearch = (problem: Problem, { seed, start, tidy: weights }: SearchStart): Search => {
  const model = compile(problem)
  const random = new Random(seed)
  const s = createState(model, random)
  if (start) load(s, start)
  placeBest(s)
  const shop = makeWorkshop(model)
  const ruin = makeRuin(s, findNeighbours(model), shop)
  const taste: Taste = { gainWeight: 0, blinkEvery }
  s.blinks = drawBlink(s, blinkEvery)
  const worth = sum(model.worth.map(Math.abs))
  const hasGains = model.gain.some((gain) => gain !== 0)
  const timePerWorth = sum(model.duration) / Math.max(1, worth)
  const mean = Math.max(1, worth / Math.max(1, model.worth.length))
  const opened = sum(model.closes) - sum(model.opens)
  const price = (crossingPrice * s.value) / Math.max(1, opened)
  const from = mean * (start ? warm : hot)
  const to = mean * cold
  let best: readonly Placement[] = []
  let bestValue = s.value
  // The best plan is copied only when the search turns away from it.
  let isBest = true
  let done = 0

  const step = (temperature: number): void => {
    begin(s)
    const before = s.value - price * s.crossing
    ruin()
    if (hasGains) taste.gainWeight = random.below(5) < 3 ? gainFirst : random.unit() * 4 * timePerWorth
    recreate(s, shop, draw(random, orderShares) - 1, taste)
    if (s.value > bestValue) {
      bestValue = s.value
      isBest = true
      return
    }
    const change = s.value - price * s.crossing - before
    if (change < 0 && change <= temperature * Math.log(random.unit())) rollBack(s)
    else if (isBest && s.value < bestValue) {
      rollBack(s)
      best = placementsOf(s)
      isBest = false
    }
  }
  function* run({ iterations, progress, shouldStop }: SearchBudget): Generator<SearchProgress, void> {
    if (model.jobs === 0 || model.lanes === 0) return
    let temperature = from
    const usual = model.lanes > 1 ? iterations : Math.max(annealing.least, annealing.perJob * model.jobs)
    // As many as come to about that, each as long as the others.
    const length = iterations / Math.max(1, Math.round(iterations / usual))
    const cooled = (iteration: number): number =>
      model.lanes > 1 && progress ? progress() : (iteration % length) / length
    for (let iteration = 0; iteration < iterations; iteration++, done++) {
      if (iteration % lookEvery === 0) {
        if (shouldStop?.()) return
        temperature = from * (to / from) ** Math.min(1, cooled(iteration))
        if (iteration % tellEvery === 0) {
          const placed = isBest ? model.jobs - s.leftCount : best.length
          yield { iterations: done, value: bestValue - model.penalty, placed }
        }
      }
      step(temperature)
    }
  }
  const plan = (shouldStop?: () => boolean): Solution => {
    const last = createState(model, random)
    load(last, isBest ? placementsOf(s) : best)
    polish(last, shouldStop)
    if (weights) {
      tidy(last, weights, shouldStop)
      // What was moved may have made room.
      polish(last, shouldStop)
    }
    return { placements: placementsOf(last), value: planValue(last), iterations: done }
  }
  return { run, plan }
}

/**
 * A whole search, step by step. The same for the same problem, seed and iterations. `shouldEnd` is asked after the search, while its
 * plan is polished and tidied.
 */
export function* searching(
  problem: Problem,
  options: SearchStart & SearchBudget,
  shouldEnd = options.shouldStop,
): Generator<SearchProgress, Solution> {
  const { run, plan } = startSearch(problem, options)
  yield* run(options)
  return plan(shouldEnd)
}

/** The same in one go. */
export const search = (problem: Problem, options: SearchOptions): Solution => {
  const steps = searching(problem, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    options.onProgress?.(step.value)
  }
}
