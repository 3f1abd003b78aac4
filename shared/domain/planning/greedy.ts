import { compile } from './model.ts'
import { insert } from './moves.ts'
import { earliestCommon, earliestGap, placePinned, startsOf } from './pinned.ts'
import type { Problem, Solution } from './problem.ts'
import { Random } from './random.ts'
import { byKey, placeBest } from './recreate.ts'
import { createState, placementsOf, planValue, type State } from './state.ts'

/** First of its options that has a gap, on the first of its lanes that has one. */
const placeFirst = (s: State, job: number): void => {
  const { model } = s
  for (let option = model.optionFrom[job]!; option < model.optionFrom[job + 1]!; option++) {
    if (model.worth[option]! <= 0) continue
    if (model.pinned[job] === 1) {
      const [from, to] = startsOf(s, job, option)
      const found = earliestCommon(s, option, from, to, 0)
      if (!found) continue
      placePinned(s, job, found)
      for (const child of model.children[job]!) placeFirst(s, child)
      return
    }
    const need = model.needFrom[option]!
    for (let entry = model.laneFrom[need]!; entry < model.laneFrom[need + 1]!; entry++) {
      const lane = model.laneOf[entry]!
      const { start, position } = earliestGap(s, option, lane, model.open[option]!)
      if (start > model.close[option]!) continue
      insert(s, job, option, lane, position)
      return
    }
  }
}

const solutionOf = (s: State): Solution => ({ placements: placementsOf(s), value: planValue(s), iterations: 0 })

/** Earliest due first, each in the first place that is feasible. */
export const firstFit = (problem: Problem): Solution => {
  const model = compile(problem)
  const s = createState(model, new Random(1))
  const due = byKey(model, (job) =>
    Math.min(...problem.jobs[job]!.options.map(({ close, duration }) => close + duration)),
  )
  for (const job of due) if (s.option[job]! < 0) placeFirst(s, job)
  return solutionOf(s)
}

/** Most value per time first, each in the feasible place that adds the least time. */
export const bestFit = (problem: Problem): Solution => {
  const model = compile(problem)
  const s = createState(model, new Random(1))
  placeBest(s)
  return solutionOf(s)
}
