import type { Fixed, Lane } from './problem.ts'

/** What stands on a lane, with the setup nodes at its two sides. */
export type Standing = {
  readonly start: number
  readonly end: number
  readonly enter: number
  readonly leave: number
}

/**
 * The start of the lane, its fixed claims in order, its end. Claims that overlap are one: planning around a conflict
 * does not solve it, and nothing may be put into it.
 */
export const mergeFixed = (lane: Lane, fixed: readonly Fixed[], known: (node: number) => number): Standing[] => {
  // Without any opening nothing fits between start and end.
  const opens = lane.openings[0]?.[0] ?? 2 ** 30
  const closes = lane.openings.at(-1)?.[1] ?? -(2 ** 30)
  const merged: Standing[] = []
  for (const { start, end, node } of [...fixed].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const before = merged.at(-1)
    if (before && start < before.end) {
      if (end > before.end) merged[merged.length - 1] = { ...before, end, leave: known(node) }
    } else merged.push({ start, end, enter: known(node), leave: known(node) })
  }
  const first = known(lane.first)
  const last = known(lane.last)
  return [
    { start: opens, end: opens, enter: first, leave: first },
    ...merged,
    { start: closes, end: closes, enter: last, leave: last },
  ]
}
