import type { Part } from '../rules/ask.ts'
import { matchDistinct } from './match.ts'
import { nextStart, type Starts, startsOf, type Wish } from './starts.ts'

/** One thing that is wished for: the assets that it may be. */
export type Choice = readonly Part[]
/** A time at which everything can be had, and by which assets. */
export type Option = { readonly startMs: number; readonly endMs: number; readonly parts: readonly Part[] }

/** No search goes on for longer than this many moments. */
const mostMoments = 5_000

type Candidate = { readonly part: Part; readonly starts: Starts }

/**
 * The first times at which everything can be had together, none overlapping another. The cost depends on the window and on
 * what stands in it, on nothing else.
 */
export const findOptions = (choices: readonly Choice[], wish: Wish, most: number): Option[] => {
  const all = choices.map((choice) => choice.map((part): Candidate => ({ part, starts: startsOf(part, wish) })))
  const options: Option[] = []
  let at = wish.window.startMs
  for (let moment = 0; moment < mostMoments && options.length < most; moment++) {
    // The latest of what each needs at the earliest: nothing before it can be had together.
    const next = all.map((candidates) =>
      Math.min(...candidates.map(({ part, starts }) => nextStart(part, starts, at) ?? Number.POSITIVE_INFINITY)),
    )
    const earliest = Math.max(at, ...next)
    if (!Number.isFinite(earliest)) break
    if (earliest > at) {
      at = earliest
      continue
    }
    const able = all.map((candidates) =>
      candidates.filter(({ part, starts }) => nextStart(part, starts, at) === at).map(({ part }) => part),
    )
    const parts = matchDistinct(able, ({ assetId }) => assetId)
    if (parts) {
      options.push({ startMs: at, endMs: at + wish.durationMs, parts })
      at += wish.durationMs
    } else at += 60_000
  }
  return options
}
