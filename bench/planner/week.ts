import type { Fixed, Job, Lane, Option, Problem } from '#domain/planning/problem.ts'
import { Random } from '#domain/planning/random.ts'

const minute = 60
const hour = 3600
const day = 24 * hour
const days = 7
const classes = 12

/**
 * A week of a laboratory in seconds: lanes that are open by day and some around the clock, claims that stand, jobs of
 * half an hour to three hours with windows of a day or more, one in twenty on two lanes at once.
 */
export const generateWeek = (seed: number, jobs: number, lanes = 100, claims = 10_000): Problem => {
  const random = new Random(seed)
  const aroundTheClock = (lane: number): boolean => lane % 5 === 0
  const times = Int32Array.from({ length: classes * classes }, (_, index) =>
    index % (classes + 1) === 0 ? 0 : 5 * minute * (1 + random.below(4)),
  )
  const perLane = Math.ceil(claims / lanes)
  const fixed: Fixed[] = []
  for (let lane = 0; lane < lanes; lane++) {
    const slot = Math.floor((days * day) / perLane)
    for (let index = 0; index < perLane && fixed.length < claims; index++) {
      const start = index * slot + random.below(slot / 4)
      fixed.push({ lane, start, end: start + 10 * minute + random.below(slot / 4), node: random.below(classes) })
    }
  }
  const group = (): number[] => {
    const first = random.below(lanes)
    return Array.from({ length: Math.min(lanes, 12) }, (_, index) => (first + index * 7) % lanes)
  }
  return {
    lanes: Array.from(
      { length: lanes },
      (_, asset): Lane => ({
        openings: aroundTheClock(asset)
          ? [[0, days * day]]
          : Array.from({ length: days }, (_, index) => [index * day + 7 * hour, index * day + 19 * hour] as const),
        asset,
        first: -1,
        last: -1,
      }),
    ),
    fixed,
    jobs: Array.from({ length: jobs }, (): Job => {
      const open = random.below(5 * day)
      const option: Option = {
        needs: random.below(20) === 0 ? [group(), group()] : [group()],
        open,
        close: open + day + random.below(2 * day),
        duration: 15 * minute * (1 + random.below(6)),
        node: random.below(classes),
        gain: 0,
      }
      return { value: 1 + random.below(100), dropCost: 0, options: [option] }
    }),
    changeover: { size: classes, times },
  }
}
