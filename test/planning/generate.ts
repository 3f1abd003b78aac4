import type { Fixed, Job, Lane, Option, Problem } from '#domain/planning/problem.ts'
import { Random } from '#domain/planning/random.ts'

/** What a random problem may hold; each is drawn or not by the seed. */
export type Size = {
  readonly jobs: number
  readonly lanes: number
  readonly horizon: number
  readonly companions: boolean
  /** No changeover is longer than one by way of another node, and everything has a node. */
  readonly isMetric?: boolean
}

const between = (random: Random, from: number, to: number): number => from + random.below(to - from + 1)

const openingsOf = (random: Random, horizon: number): [number, number][] => {
  const openings: [number, number][] = []
  for (let time = random.below(4); time < horizon; ) {
    const end = Math.min(horizon, time + between(random, 4, Math.max(5, horizon / 2)))
    openings.push([time, end])
    time = end + between(random, 0, horizon / 5)
  }
  return openings
}

/** Claims that do not overlap, but may leave too little time for changeover and may lie outside the openings. */
const fixedOf = (random: Random, lanes: number, horizon: number, least: number, nodes: number): Fixed[] => {
  const fixed: Fixed[] = []
  for (let lane = 0; lane < lanes; lane++)
    for (let time = random.below(horizon); time < horizon && random.below(3) > 0; ) {
      const end = time + between(random, 1, Math.max(1, horizon / 8))
      fixed.push({ lane, start: time, end, node: between(random, least, nodes - 1) })
      time = end + random.below(horizon / 3)
    }
  return fixed
}

const shorten = (times: Int32Array, nodes: number): void => {
  for (let via = 0; via < nodes; via++)
    for (let from = 0; from < nodes; from++)
      for (let to = 0; to < nodes; to++) {
        const around = times[from * nodes + via]! + times[via * nodes + to]!
        if (around < times[from * nodes + to]!) times[from * nodes + to] = around
      }
}

/** A small problem with everything that the model knows; changeover times without triangle inequality unless asked for. */
export const randomProblem = (seed: number, { jobs, lanes, horizon, companions, isMetric = false }: Size): Problem => {
  const random = new Random(seed)
  const leastNode = isMetric ? 0 : -1
  const nodes = between(random, 1, 5)
  const times = Int32Array.from({ length: nodes * nodes }, () =>
    random.below(3) === 0 ? 0 : random.below(horizon / 5),
  )
  if (isMetric) shorten(times, nodes)
  const needOf = (): number[] => {
    const able = Array.from({ length: lanes }, (_, lane) => lane).filter(() => random.below(3) > 0)
    return able.length > 0 || random.below(8) === 0 ? able : [random.below(lanes)]
  }
  const optionOf = (): Option => {
    const open = random.below(horizon)
    const pin = random.below(6) === 0
    return {
      needs: Array.from({ length: random.below(5) === 0 ? 2 : 1 }, needOf),
      open,
      close: pin ? open : open + between(random, -1, horizon / 2),
      duration: between(random, 1, horizon / 5),
      node: between(random, leastNode, nodes - 1),
      gain: random.below(3) === 0 ? -random.below(8) : 0,
    }
  }
  return {
    lanes: Array.from(
      { length: lanes },
      (_, asset): Lane => ({
        openings: random.below(2) === 0 ? [[0, horizon]] : openingsOf(random, horizon),
        asset,
        first: random.below(3) === 0 ? random.below(nodes) : -1,
        last: random.below(3) === 0 ? random.below(nodes) : -1,
      }),
    ),
    fixed: fixedOf(random, lanes, horizon, leastNode, nodes),
    jobs: Array.from({ length: jobs }, (_, index): Job => {
      const job = {
        value: between(random, 1, 20),
        dropCost: random.below(4) === 0 ? random.below(10) : 0,
        options: Array.from({ length: between(random, 1, 3) }, optionOf),
      }
      if (!companions || index === 0 || random.below(5) > 0) return job
      return {
        ...job,
        after: random.below(index),
        afterMin: random.below(3),
        afterMax: between(random, 3, horizon / 2),
      }
    }),
    changeover: random.below(2) === 0 ? { size: nodes, times } : (from, to) => times[from * nodes + to] ?? 0,
  }
}

/** An instance in the manner of the public ones: places on a square, windows of mixed width, alike routes. */
export const routes = (seed: number, count: number, lanes: number): Problem => {
  const random = new Random(seed)
  const horizon = 2400
  const places = Array.from({ length: count + 1 }, (_, index) => ({
    x: index === 0 ? 500 : random.below(1000),
    y: index === 0 ? 500 : random.below(1000),
  }))
  const size = places.length
  const times = Int32Array.from({ length: size * size }, (_, index) => {
    const from = places[Math.floor(index / size)]!
    const to = places[index % size]!
    return Math.floor(Math.hypot(from.x - to.x, from.y - to.y) / 4)
  })
  const all = Array.from({ length: lanes }, (_, lane) => lane)
  return {
    lanes: all.map((asset) => ({ openings: [[0, horizon]], asset, first: 0, last: 0 })),
    fixed: [],
    jobs: places.slice(1).map((_, index): Job => {
      const width = [120, 400, 1200][random.below(3)]!
      const open = random.below(horizon - width)
      const option = {
        needs: [all],
        open,
        close: open + width,
        duration: between(random, 20, 90),
        node: index + 1,
        gain: 0,
      }
      return { value: between(random, 1, 50), dropCost: 0, options: [option] }
    }),
    changeover: { size, times },
  }
}
