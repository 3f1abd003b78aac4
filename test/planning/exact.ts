import { checkPlan } from '#domain/planning/check.ts'
import type { Option, Placement, Problem } from '#domain/planning/problem.ts'

const choices = (needs: readonly (readonly number[])[]): number[][] =>
  needs.reduce<number[][]>(
    (chosen, able) =>
      chosen.flatMap((lanes) => able.filter((lane) => !lanes.includes(lane)).map((lane) => [...lanes, lane])),
    [[]],
  )

/**
 * The greatest value of a small problem, by trying all sequences: jobs are appended in the order of their starts, each as
 * early as the sequence lets it, one that has companions at every start. What counts is judged by the checker alone.
 */
export const greatestValue = (problem: Problem): number => {
  const { jobs, fixed, lanes: allLanes, changeover } = problem
  const hasCompanions = jobs.map((_, job) => jobs.some(({ after }) => after === job))
  const between = (from: number, to: number): number => {
    if (from < 0 || to < 0) return 0
    return typeof changeover === 'function'
      ? changeover(from, to)
      : (changeover.times[from * changeover.size + to] ?? 0)
  }
  const most = jobs.map(({ value, dropCost, options }) =>
    Math.max(0, ...options.map(({ gain }) => value + dropCost + gain)),
  )
  let best = checkPlan(problem, []).value

  const startsOf = (job: number, option: Option, lanes: readonly number[], plan: readonly Placement[]): number[] => {
    const fits = (start: number): boolean =>
      lanes.every(
        (lane) =>
          allLanes[lane]!.openings.some(([from, to]) => from <= start && start + option.duration <= to) &&
          fixed.every((one) => one.lane !== lane || one.end <= start || one.start >= start + option.duration),
      )
    const ready = (lane: number, start: number): boolean => {
      const before = [
        ...fixed.filter((one) => one.lane === lane),
        ...plan.flatMap((placed) => {
          if (!placed.lanes.includes(lane)) return []
          const { duration, node } = jobs[placed.job]!.options[placed.option]!
          return [{ start: placed.start, end: placed.start + duration, node }]
        }),
      ]
        .filter((one) => one.start < start)
        .sort((a, b) => b.start - a.start)[0]
      if (before) return before.end + between(before.node, option.node) <= start
      return (allLanes[lane]!.openings[0]?.[0] ?? 0) + between(allLanes[lane]!.first, option.node) <= start
    }
    const soonest = Math.max(
      option.open,
      ...plan.filter((placed) => placed.lanes.some((lane) => lanes.includes(lane))).map(({ start }) => start + 1),
    )
    const found: number[] = []
    let wasFree = false
    for (let start = soonest; start <= option.close; start++) {
      const isFree = fits(start) && lanes.every((lane) => ready(lane, start)) && isAfter(job, start, plan)
      // The first start of each stretch of free ones is enough, but for what others are bound to.
      if (isFree && (!wasFree || hasCompanions[job])) found.push(start)
      wasFree = isFree
    }
    return found
  }
  const isAfter = (job: number, start: number, plan: readonly Placement[]): boolean => {
    const { after, afterMin = 0, afterMax = Number.POSITIVE_INFINITY } = jobs[job]!
    if (after === undefined) return true
    const placed = plan.find((one) => one.job === after)
    if (!placed) return false
    const lag = start - placed.start - jobs[after]!.options[placed.option]!.duration
    return lag >= afterMin && lag <= afterMax
  }
  const extend = (plan: readonly Placement[], value: number): void => {
    if (value > best && checkPlan(problem, plan).violations.length === 0) best = value
    const open = jobs.map((_, job) => job).filter((job) => plan.every((placed) => placed.job !== job))
    if (value + open.reduce((sum, job) => sum + most[job]!, 0) <= best) return
    for (const job of open)
      jobs[job]!.options.forEach((option, index) => {
        for (const lanes of choices(option.needs))
          for (const start of startsOf(job, option, lanes, plan))
            extend(
              [...plan, { job, option: index, lanes, start }],
              value + jobs[job]!.value + jobs[job]!.dropCost + option.gain,
            )
      })
  }
  extend([], best)
  return best
}
