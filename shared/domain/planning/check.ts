import type { Placement, Problem } from './problem.ts'

/** What can be wrong with a plan. Says nothing about fixed claims that conflict among themselves. */
export type ViolationCode =
  | 'UNKNOWN_JOB'
  | 'UNKNOWN_OPTION'
  | 'DONE_TWICE'
  | 'WRONG_LANES'
  | 'OUTSIDE_WINDOW'
  | 'OUTSIDE_OPENING'
  | 'OVERLAP'
  | 'CHANGEOVER'
  | 'SETUP_BEFORE_FIRST'
  | 'SETUP_AFTER_LAST'
  | 'WITHOUT_COMPANION'
  | 'COMPANION_LAG'

export type Violation = { readonly code: ViolationCode; readonly job: number; readonly detail: string }

/** One entry of a lane; `job` −1 for a fixed claim. */
type Entry = { readonly job: number; readonly start: number; readonly end: number; readonly node: number }

const isChosen = (needs: readonly (readonly number[])[], lanes: readonly number[]): boolean =>
  needs.length > 0 &&
  needs.length === lanes.length &&
  new Set(lanes).size === lanes.length &&
  needs.every((able, need) => able.includes(lanes[need] ?? -1))

/**
 * Judges a plan by the words of the problem alone; it shares nothing with what makes plans.
 *
 * @returns the violations, none for a feasible plan, and the value counted anew
 */
export const checkPlan = (
  problem: Problem,
  placements: readonly Placement[],
): { readonly violations: readonly Violation[]; readonly value: number } => {
  const { jobs, lanes, fixed, changeover } = problem
  const violations: Violation[] = []
  const report = (code: ViolationCode, job: number, detail: string): void => {
    violations.push({ code, job, detail })
  }
  const between = (from: number, to: number): number => {
    if (from < 0 || to < 0) return 0
    return typeof changeover === 'function'
      ? changeover(from, to)
      : (changeover.times[from * changeover.size + to] ?? 0)
  }
  const entries = lanes.map((): Entry[] => [])
  for (const { lane, start, end, node } of fixed) entries[lane]?.push({ job: -1, start, end, node })

  const done = new Map<number, { readonly start: number; readonly end: number }>()
  let value = jobs.reduce((sum, { dropCost }) => sum - dropCost, 0)
  for (const placement of placements) {
    const { job, start } = placement
    const asked = jobs[job]
    const option = asked?.options[placement.option]
    if (!asked) report('UNKNOWN_JOB', job, `there is no job ${job}`)
    else if (!option) report('UNKNOWN_OPTION', job, `there is no option ${placement.option}`)
    else if (done.has(job)) report('DONE_TWICE', job, `again at ${start}`)
    else {
      const end = start + option.duration
      done.set(job, { start, end })
      value += asked.value + option.gain + asked.dropCost
      if (!isChosen(option.needs, placement.lanes)) report('WRONG_LANES', job, `on ${placement.lanes.join(', ')}`)
      if (!Number.isInteger(start) || start < option.open || start > option.close)
        report('OUTSIDE_WINDOW', job, `${start} is not within ${option.open} to ${option.close}`)
      for (const lane of placement.lanes) {
        entries[lane]?.push({ job, start, end, node: option.node })
        if (!lanes[lane]?.openings.some(([from, to]) => from <= start && end <= to))
          report('OUTSIDE_OPENING', job, `${start} to ${end} on lane ${lane}`)
      }
    }
  }

  for (const [job, { start }] of done) {
    const { after, afterMin = 0, afterMax = Number.POSITIVE_INFINITY } = jobs[job]!
    if (after === undefined) continue
    const before = done.get(after)
    if (!before) report('WITHOUT_COMPANION', job, `${after} is not done`)
    else if (start - before.end < afterMin || start - before.end > afterMax)
      report('COMPANION_LAG', job, `${start - before.end} after ${after}`)
  }

  lanes.forEach(({ openings, first, last }, lane) => {
    const inOrder = entries[lane]!.sort((a, b) => a.start - b.start || a.end - b.end)
    let before: Entry | undefined
    for (const entry of inOrder) {
      if (!before) {
        const soonest = (openings[0]?.[0] ?? 0) + between(first, entry.node)
        if (entry.job >= 0 && entry.start < soonest) report('SETUP_BEFORE_FIRST', entry.job, `on lane ${lane}`)
      } else if (entry.job >= 0 || before.job >= 0) {
        const job = entry.job >= 0 ? entry.job : before.job
        if (entry.start < before.end) report('OVERLAP', job, `at ${entry.start} on lane ${lane}`)
        else if (entry.start < before.end + between(before.node, entry.node))
          report('CHANGEOVER', job, `at ${entry.start} on lane ${lane}`)
      }
      if (!before || entry.end > before.end) before = entry
    }
    if (before && before.job >= 0) {
      const latest = (openings.at(-1)?.[1] ?? 0) - between(before.node, last)
      if (before.end > latest) report('SETUP_AFTER_LAST', before.job, `on lane ${lane}`)
    }
  })
  return { violations, value }
}
