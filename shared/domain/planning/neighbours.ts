import type { Model } from './model.ts'
import { crossing } from './state.ts'

/** Among so many jobs each is compared with each; among more, with those whose windows lie nearest. */
const allPairs = 1500
const compared = 400

/** By job: the jobs most related to it, nearest first, `count` of them for each. */
export type Neighbours = { readonly count: number; readonly of: Int32Array }

/** Related are jobs between which changeover is short and whose windows meet, judged by their first options. */
export const findNeighbours = (model: Model, wanted = 64): Neighbours => {
  const { jobs, optionFrom, open, close, duration, node } = model
  const count = Math.min(wanted, Math.max(0, jobs - 1))
  const of = new Int32Array(jobs * count)
  const option = (job: number): number => (optionFrom[job]! < optionFrom[job + 1]! ? optionFrom[job]! : -1)
  const middle = Float64Array.from({ length: jobs }, (_, job) =>
    option(job) < 0 ? 0 : open[option(job)]! + close[option(job)]!,
  )
  const order = Array.from({ length: jobs }, (_, job) => job).sort((a, b) => middle[a]! - middle[b]! || a - b)
  const keys = new Float64Array(jobs <= allPairs ? jobs : compared + 1)
  const apart = (a: number, b: number): number => {
    const one = option(a)
    const other = option(b)
    if (one < 0 || other < 0) return 2 ** 30
    const way = Math.min(crossing(model, node[one]!, node[other]!), crossing(model, node[other]!, node[one]!))
    const gap = Math.max(
      0,
      open[other]! - close[one]! - duration[one]! - way,
      open[one]! - close[other]! - duration[other]! - way,
    )
    return way + gap
  }
  order.forEach((job, rank) => {
    const from = jobs <= allPairs ? 0 : Math.max(0, Math.min(rank - compared / 2, jobs - keys.length))
    for (let index = 0; index < keys.length; index++) {
      const other = order[from + index]!
      keys[index] = other === job ? Number.POSITIVE_INFINITY : Math.min(apart(job, other), 2 ** 31) * 2 ** 16 + index
    }
    keys.sort()
    for (let index = 0; index < count; index++) of[job * count + index] = order[from + (keys[index]! % 2 ** 16)]!
  })
  return { count, of }
}
