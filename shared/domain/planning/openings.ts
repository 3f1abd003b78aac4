import { type Model, never } from './model.ts'

/** Earliest start from `time` on at which `duration` lies within one opening of the lane; `never` if there is none. */
export const advance = (model: Model, lane: number, time: number, duration: number): number => {
  const { openingFrom, opens, closes } = model
  const end = openingFrom[lane + 1]!
  let low = openingFrom[lane]!
  let high = end
  while (low < high) {
    const middle = (low + high) >> 1
    if (closes[middle]! < time + duration) low = middle + 1
    else high = middle
  }
  for (; low < end; low++) {
    const start = Math.max(opens[low]!, time)
    if (start + duration <= closes[low]!) return start
  }
  return never
}

/** Latest start up to `time` at which `duration` lies within one opening of the lane; `-never` if there is none. */
export const retreat = (model: Model, lane: number, time: number, duration: number): number => {
  const { openingFrom, opens, closes } = model
  const begin = openingFrom[lane]!
  let low = begin
  let high = openingFrom[lane + 1]!
  while (low < high) {
    const middle = (low + high) >> 1
    if (opens[middle]! <= time) low = middle + 1
    else high = middle
  }
  for (low--; low >= begin; low--) {
    const start = Math.min(closes[low]! - duration, time)
    if (start >= opens[low]!) return start
  }
  return -never
}
