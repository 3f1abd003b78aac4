import { type Model, never } from './model.ts'
import { insert, remove, settle } from './moves.ts'
import { advance } from './openings.ts'
import { crossing, type State } from './state.ts'

/** Jobs that a stretch of a lane is sequenced anew from, as bits of so many words; and labels made for it at most. */
const words = 4
const mostJobs = 32 * words
const mostLabels = 4096
/** Jobs of a stretch at least and at most. */
const shortest = 3
const longest = 44
/** Of what is left out no more is looked at for them. */
const mostSeen = 400

/** Room for labels: each stands for a sequence of jobs by its last one, its end and its value. */
export type Labels = {
  /** By way, an option on this lane: the option, the number of its job among those chosen, the label made for it last. */
  readonly option: Int32Array
  readonly member: Int32Array
  readonly head: Int32Array
  // by label
  readonly way: Int32Array
  readonly finish: Int32Array
  readonly value: Float64Array
  readonly before: Int32Array
  readonly next: Int32Array
  readonly done: Int32Array
  /** Length of a stretch for which there were labels enough of late. */
  span: number
}

export const makeLabels = ({ jobOf }: Model): Labels => ({
  option: new Int32Array(jobOf.length),
  member: new Int32Array(jobOf.length),
  head: new Int32Array(jobOf.length),
  way: new Int32Array(mostLabels),
  finish: new Int32Array(mostLabels),
  value: new Float64Array(mostLabels),
  before: new Int32Array(mostLabels),
  next: new Int32Array(mostLabels),
  done: new Int32Array(mostLabels * words),
  span: longest,
})

/** Between what a stretch lies: the end and the setup node before it, the latest start and the setup node behind it. */
type Stretch = {
  readonly lane: number
  readonly from: number
  readonly leave: number
  readonly until: number
  readonly enter: number
}

const isFloating = (s: State, visit: number): boolean => {
  const job = s.model.visitJob[visit]!
  return job >= 0 && s.model.pinned[job] === 0
}

const hasLane = ({ needFrom, laneFrom, laneOf }: Model, option: number, lane: number): boolean => {
  const need = needFrom[option]!
  for (let entry = laneFrom[need]!; entry < laneFrom[need + 1]!; entry++) if (laneOf[entry] === lane) return true
  return false
}

/** Ways to do jobs within a stretch: all that were removed, and of the others left out a random share. @returns how many */
const gatherWays = (s: State, { option, member, head }: Labels, stretch: Stretch): number => {
  const { model, random, left, leftCount, removed, removedCount } = s
  let ways = 0
  let members = 0
  const add = (job: number): void => {
    if (s.option[job]! >= 0 || model.pinned[job] === 1) return
    const known = ways
    for (let one = model.optionFrom[job]!; one < model.optionFrom[job + 1]!; one++) {
      if (model.worth[one]! <= 0 || model.open[one]! > stretch.until || model.close[one]! < stretch.from) continue
      if (!hasLane(model, one, stretch.lane)) continue
      option[ways] = one
      member[ways] = members
      head[ways++] = -1
    }
    if (ways > known) members++
  }
  const recent = Math.min(removedCount, mostJobs)
  for (let index = 0; index < recent; index++) add(removed[index]!)
  const most = Math.min(mostJobs, members + 16 + random.below(mostJobs - 16))
  const seen = Math.min(leftCount, mostSeen)
  const share = 2 + random.below(7)
  const shift = random.below(Math.max(1, leftCount))
  for (let index = 0; index < seen && members < most; index++) {
    const job = left[(shift + index) % leftCount]!
    if (random.below(8) >= share) continue
    let isRecent = false
    for (let at = 0; at < recent; at++) if (removed[at] === job) isRecent = true
    if (!isRecent) add(job)
  }
  return ways
}

/**
 * Extends sequences by one job after the other (Righini and Salani 2009), and forgets those that `least` others for the same
 * last job excel in value and time, whatever those have done on the way. @returns the label of the greatest value, or −1
 */
const bestLabel = (s: State, labels: Labels, stretch: Stretch, ways: number, least: number): number => {
  const { model } = s
  const { lane, from, leave, until, enter } = stretch
  const { option, member, head, way, finish, value, before, next, done } = labels
  const isSplit = model.split[lane] === 1
  let count = 0
  let best = -1
  const excelled = (one: number, end: number, worth: number): boolean => {
    let found = 0
    for (let other = head[one]!; other >= 0; other = next[other]!)
      if (finish[other]! <= end && value[other]! >= worth && ++found >= least) return true
    return false
  }
  const extend = (label: number, end: number, node: number, sum: number): void => {
    for (let one = 0; one < ways && count < mostLabels; one++) {
      const job = member[one]!
      if (label >= 0 && ((done[label * words + (job >> 5)]! >>> (job & 31)) & 1) === 1) continue
      const chosen = option[one]!
      const to = model.node[chosen]!
      let start = end + crossing(model, node, to)
      if (start < model.open[chosen]!) start = model.open[chosen]!
      if (start > model.close[chosen]!) continue
      const duration = model.duration[chosen]!
      if (isSplit) {
        start = advance(model, lane, start, duration)
        if (start > model.close[chosen]!) continue
      }
      const over = start + duration
      if (over + crossing(model, to, enter) > until) continue
      const worth = sum + model.worth[chosen]!
      if (excelled(one, over, worth)) continue
      way[count] = one
      finish[count] = over
      value[count] = worth
      before[count] = label
      next[count] = head[one]!
      head[one] = count
      for (let word = 0; word < words; word++) done[count * words + word] = label < 0 ? 0 : done[label * words + word]!
      done[count * words + (job >> 5)]! |= 1 << (job & 31)
      if (best < 0 || worth > value[best]!) best = count
      count++
    }
  }
  extend(-1, from, leave, 0)
  for (let label = 0; label < count; label++) {
    // It is in its own list.
    const one = way[label]!
    let found = 0
    for (let other = head[one]!; other >= 0 && found < least; other = next[other]!)
      if (other !== label && finish[other]! <= finish[label]! && value[other]! >= value[label]!)
        if (other < label || finish[other]! < finish[label]! || value[other]! > value[label]!) found++
    if (found < least) extend(label, finish[label]!, model.node[option[one]!]!, value[label]!)
  }
  labels.span = count < mostLabels ? Math.min(longest, labels.span + 0.3) : Math.max(shortest, labels.span * 0.8)
  return best
}

/** Takes some neighbours out of a lane and sequences the stretch anew from them and from what is left out. */
export const resequence = (s: State, labels: Labels, lane: number): void => {
  const { model, random, sequence } = s
  const span = shortest + random.below(Math.ceil(labels.span) - shortest + 1)
  const base = model.base[lane]!
  const middle = random.below(s.length[lane]! - 1)
  let low = middle
  let high = middle + 1
  while (high - low <= span) {
    const isLower = low > 0 && isFloating(s, sequence[base + low]!)
    const isUpper = isFloating(s, sequence[base + high]!)
    if (!isLower && !isUpper) break
    if (isLower) low--
    if (isUpper) high++
  }
  const before = sequence[base + low]!
  const after = sequence[base + high]!
  for (let at = low + 1; at < high; at++) remove(s, model.visitJob[sequence[base + at]!]!)
  settle(s)
  const position = s.position[before]! + 1
  if (sequence[base + position - 1] !== before || sequence[base + position] !== after) return
  const stretch = {
    lane,
    from: s.finish[before]!,
    leave: s.leave[before]!,
    until: s.latest[after]!,
    enter: s.enter[after]!,
  }
  if (stretch.until <= -never || stretch.from >= stretch.until) return
  const ways = gatherWays(s, labels, stretch)
  for (
    let label = bestLabel(s, labels, stretch, ways, 1 + random.below(3));
    label >= 0;
    label = labels.before[label]!
  ) {
    const option = labels.option[labels.way[label]!]!
    insert(s, model.jobOf[option]!, option, lane, position)
  }
}
