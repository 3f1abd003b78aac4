import { mergeFixed, type Standing } from './fixed.ts'
import type { Changeover, Problem } from './problem.ts'

/** Farther than any time of a problem, and small enough that sums of two stay 32-bit integers. */
export const never = 2 ** 30
const farthest = 2 ** 29
/** A function of changeover times is tabulated up to so many nodes. */
const tabulated = 1500

/**
 * A problem as flat arrays. A visit is the part of a job on one lane: a job has as many as its neediest option; the
 * standing visits follow: what is fixed, then the start and the end of each lane. `laneFrom` is by need, `needFrom` by
 * option, `optionFrom` by job, each with one entry more.
 */
export type Model = {
  readonly problem: Problem
  readonly jobs: number
  readonly lanes: number
  readonly visits: number
  /** Side of the table of changeovers; 0 where `far` is to be asked. */
  readonly size: number
  readonly table: Int32Array
  readonly far: (from: number, to: number) => number
  readonly optionFrom: Int32Array
  readonly jobOf: Int32Array
  readonly open: Int32Array
  readonly close: Int32Array
  readonly duration: Int32Array
  readonly node: Int32Array
  /** By option: what its duration and the shortest changeovers to and from it take at least. */
  readonly least: Int32Array
  /** By option: what doing the job this way is worth against leaving it out. */
  readonly worth: Float64Array
  /** By option: its worth and the most that companions could add; what promises nothing is not tried. */
  readonly promise: Float64Array
  readonly gain: Float64Array
  readonly needFrom: Int32Array
  readonly laneFrom: Int32Array
  readonly laneOf: Int32Array
  readonly visitFrom: Int32Array
  /** By visit; −1 for standing ones. */
  readonly visitJob: Int32Array
  /** Jobs whose start is decided when they are placed: several needs, companions and those that have some. */
  readonly pinned: Uint8Array
  readonly parent: Int32Array
  readonly afterMin: Int32Array
  readonly afterMax: Int32Array
  readonly children: readonly (readonly number[])[]
  readonly openingFrom: Int32Array
  readonly opens: Int32Array
  readonly closes: Int32Array
  /** By lane: whether openings have to be looked up, since the ends of the lane do not say all. */
  readonly split: Uint8Array
  /** By lane: where its sequence begins in arrays that hold the sequences of all. */
  readonly base: Int32Array
  readonly standing: readonly (readonly Standing[])[]
  readonly penalty: number
}

const compileChangeover = (
  changeover: Changeover,
  nodes: number,
): Pick<Model, 'size' | 'table' | 'far'> & { none: number } => {
  if (typeof changeover !== 'function' || nodes <= tabulated) {
    const known = typeof changeover === 'function' ? nodes : changeover.size
    if (nodes > known) throw new RangeError(`changeover: node ${nodes - 1} is not among the ${known} of the table`)
    const size = known + 1
    const table = new Int32Array(size * size)
    for (let from = 0; from < known; from++)
      for (let to = 0; to < known; to++)
        table[from * size + to] =
          typeof changeover === 'function' ? changeover(from, to) : (changeover.times[from * known + to] ?? 0)
    if (table.some((time) => time < 0 || time > farthest))
      throw new RangeError('changeover: times must not be negative')
    return { size, table, far: () => 0, none: known }
  }
  const far = (from: number, to: number): number => (from === nodes || to === nodes ? 0 : changeover(from, to))
  return { size: 0, table: new Int32Array(0), far, none: nodes }
}

const offsets = (counts: readonly number[]): Int32Array => {
  const found = new Int32Array(counts.length + 1)
  counts.forEach((count, index) => {
    found[index + 1] = found[index]! + count
  })
  return found
}

const checkTime = (what: string, ...times: readonly number[]): void => {
  for (const time of times)
    if (!Number.isInteger(time) || Math.abs(time) > farthest) throw new RangeError(`${what}: ${time} is no time`)
}

const leastTimes = (
  { size, table }: Pick<Model, 'size' | 'table'>,
  standing: Model['standing'],
  nodeOf: Int32Array,
  duration: Int32Array,
): Int32Array => {
  const uses = new Int32Array(size)
  for (const node of nodeOf) uses[node]!++
  const others = standing.flat().flatMap(({ enter, leave }) => [enter, leave])
  for (const node of others) uses[node]!++
  const shortest = Int32Array.from({ length: size }, (_, node) => {
    let into = never
    let out = never
    for (let other = 0; other < size; other++) {
      if (uses[other] === 0 || (other === node && uses[node] === 1)) continue
      into = Math.min(into, table[other * size + node]!)
      out = Math.min(out, table[node * size + other]!)
    }
    return into < never ? into + out : 0
  })
  return Int32Array.from(duration, (time, option) => time + (shortest[nodeOf[option]!] ?? 0))
}

/** @throws RangeError for numbers out of range, a job that takes no time and companions that run in a circle. */
export const compile = (problem: Problem): Model => {
  const { lanes, jobs, fixed } = problem
  const options = jobs.flatMap(({ options }) => options)
  const needs = options.flatMap(({ needs }) => needs)
  for (const { open, close, duration } of options) {
    checkTime('option', open, close, duration)
    if (duration < 1) throw new RangeError('option: a job must take time')
  }
  for (const lane of needs.flat()) if (!lanes[lane]) throw new RangeError(`option: there is no lane ${lane}`)
  for (const { lane, start, end } of fixed) {
    checkTime('fixed', start, end)
    if (!lanes[lane] || start >= end) throw new RangeError(`fixed: ${start} to ${end} on lane ${lane}`)
  }
  for (const { openings } of lanes) checkTime('opening', ...openings.flat())
  let nodes = 0
  for (const { node } of options) nodes = Math.max(nodes, node + 1)
  for (const { node } of fixed) nodes = Math.max(nodes, node + 1)
  for (const { first, last } of lanes) nodes = Math.max(nodes, first + 1, last + 1)
  const { none, ...changeover } = compileChangeover(problem.changeover, nodes)
  const known = (node: number): number => (node < 0 ? none : node)

  const standing = lanes.map((lane, index) =>
    mergeFixed(
      lane,
      fixed.filter((one) => one.lane === index),
      known,
    ),
  )
  const perJob = jobs.map(({ options }) => Math.max(1, ...options.map(({ needs }) => needs.length)))
  const visitFrom = offsets(perJob)
  const visits = visitFrom[jobs.length]! + standing.reduce((sum, { length }) => sum + length, 0)
  const visitJob = new Int32Array(visits).fill(-1)
  jobs.forEach((_, job) => {
    visitJob.fill(job, visitFrom[job], visitFrom[job + 1])
  })
  const capable = new Int32Array(lanes.length)
  for (const { options } of jobs) {
    const able = new Set(options.flatMap(({ needs }) => needs.flat()))
    for (const lane of able) capable[lane]!++
  }
  const children = jobs.map((): number[] => [])
  jobs.forEach(({ after }, job) => {
    let ancestor = after
    for (let steps = 0; ancestor !== undefined; steps++) {
      if (!jobs[ancestor] || steps > jobs.length) throw new RangeError(`after: ${job} accompanies ${after}`)
      ancestor = jobs[ancestor]!.after
    }
    if (after !== undefined) children[after]!.push(job)
  })
  const nodeOf = Int32Array.from(options, ({ node }) => known(node))
  const duration = Int32Array.from(options, ({ duration }) => duration)
  const jobOf = jobs.flatMap(({ options }, job) => options.map(() => job))
  const worthOf = (job: number): number => jobs[job]!.value + jobs[job]!.dropCost
  const added = (job: number): number =>
    children[job]!.reduce((sum, child) => {
      const gains = jobs[child]!.options.map(({ gain }) => gain)
      return sum + Math.max(0, worthOf(child) + Math.max(...gains) + added(child))
    }, 0)
  return {
    problem,
    jobs: jobs.length,
    lanes: lanes.length,
    visits,
    ...changeover,
    optionFrom: offsets(jobs.map(({ options }) => options.length)),
    jobOf: Int32Array.from(jobOf),
    open: Int32Array.from(options, ({ open }) => open),
    close: Int32Array.from(options, ({ close }) => close),
    duration,
    node: nodeOf,
    least: leastTimes(changeover, standing, nodeOf, duration),
    worth: Float64Array.from(options, ({ gain }, option) => gain + worthOf(jobOf[option]!)),
    promise: Float64Array.from(options, ({ gain }, option) => gain + worthOf(jobOf[option]!) + added(jobOf[option]!)),
    gain: Float64Array.from(options, ({ gain }) => gain),
    needFrom: offsets(options.map(({ needs }) => needs.length)),
    laneFrom: offsets(needs.map(({ length }) => length)),
    laneOf: Int32Array.from(needs.flat()),
    visitFrom,
    visitJob,
    pinned: Uint8Array.from(jobs, ({ options, after }, job) =>
      after !== undefined || children[job]!.length > 0 || options.some(({ needs }) => needs.length !== 1) ? 1 : 0,
    ),
    parent: Int32Array.from(jobs, ({ after }) => after ?? -1),
    afterMin: Int32Array.from(jobs, ({ afterMin }) => afterMin ?? 0),
    afterMax: Int32Array.from(jobs, ({ afterMax }) => Math.min(afterMax ?? never, never)),
    children,
    openingFrom: offsets(lanes.map(({ openings }) => openings.length)),
    opens: Int32Array.from(lanes.flatMap(({ openings }) => openings.map(([from]) => from))),
    closes: Int32Array.from(lanes.flatMap(({ openings }) => openings.map(([, to]) => to))),
    split: Uint8Array.from(lanes, ({ openings }, lane) => {
      const [from = never, to = -never] = openings[0] ?? []
      const outside = standing[lane]!.slice(1, -1).some(({ start, end }) => start < from || end > to)
      return openings.length > 1 || outside ? 1 : 0
    }),
    base: offsets(lanes.map((_, lane) => capable[lane]! + standing[lane]!.length)),
    standing,
    penalty: jobs.reduce((sum, { dropCost }) => sum + dropCost, 0),
  }
}
