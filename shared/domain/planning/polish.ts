import { cheapestEjection, eject } from './ejection.ts'
import { never } from './model.ts'
import { earliestCommon } from './pinned.ts'
import { placeJob } from './recreate.ts'
import { createState, type State } from './state.ts'

/** Jobs between two looks at whether to stop. */
const lookEvery = 16

/** Newest change of any lane that a job could use. */
const newest = ({ model, stamp }: State, job: number): number => {
  const { optionFrom, needFrom, laneFrom, laneOf } = model
  const last = laneFrom[needFrom[optionFrom[job + 1]!]!]!
  let found = 0
  for (let entry = laneFrom[needFrom[optionFrom[job]!]!]!; entry < last; entry++)
    found = Math.max(found, stamp[laneOf[entry]!]!)
  return found
}

/**
 * Does every job that fits, or fits once a cheaper set is out of the way, until there is none: after it each job that
 * is left out can be told what it would displace. Each step raises the value, so that it ends; or earlier, where it should stop.
 */
export const polish = (s: State, shouldStop?: () => boolean): void => {
  const { model } = s
  const taste = { gainWeight: 0, blinkEvery: 0 }
  const tried = new Int32Array(model.jobs)
  s.blinks = never
  const locked = createState(model, s.random)
  // Where a job with several needs could go if nothing but what is fixed were there.
  const hintsFor = (job: number): number[] =>
    Array.from({ length: model.optionFrom[job + 1]! - model.optionFrom[job]! }, (_, index) => {
      const option = model.optionFrom[job]! + index
      return earliestCommon(locked, option, model.open[option]!, model.close[option]!, 0)?.start ?? never
    })
  for (let improved = true; improved; ) {
    improved = false
    let looks = 0
    for (const job of Int32Array.from(s.left.subarray(0, s.leftCount))) {
      if (looks++ % lookEvery === 0 && shouldStop?.()) return
      if (s.option[job]! >= 0 || (model.parent[job]! < 0 && tried[job]! >= newest(s, job))) continue
      const found = cheapestEjection(s, job, model.pinned[job] === 1 ? hintsFor(job) : [])
      tried[job] = s.clock
      if (!found || found.cost >= model.worth[found.option]! || !eject(s, job, found)) continue
      improved = true
      for (const one of [...model.children[job]!, ...found.displaced])
        if (s.option[one]! < 0) placeJob(s, one, taste, false)
      for (let index = 0; index < s.savedCount; index++) s.stamp[s.saved[index]!] = ++s.clock
    }
  }
}
