import type { Spacing } from '../assets/booking-rules.ts'
import type { Span } from '../assets/opening-hours.ts'
import type { OrderMode } from '../orders/mode.ts'
import { changeoverMs } from './changeover.ts'
import type { PlanItem } from './plan.ts'

/** Something that stands on an asset. */
export type Neighbour = Span & { readonly mode: OrderMode }

/** What stands next to a time on an asset; `all` in the order of their start. */
export const neighboursIn = <N extends Span>(all: readonly N[], { startMs, endMs }: Span) => ({
  before: all.findLast((one) => one.endMs <= startMs),
  after: all.find((one) => one.startMs >= endMs),
})

/** An asset that an item is on, with what stands next to it there. */
export type Lane = {
  readonly spacing: Spacing
  readonly capacity: number
  readonly before?: Neighbour | undefined
  readonly after?: Neighbour | undefined
}

/** The changeover before an item, and by how much it could start later. */
export const roomOf = (
  { startMs, endMs }: Span,
  mode: OrderMode,
  latestEndMs: number,
  lanes: readonly Lane[],
): Pick<PlanItem, 'transitionMinutes' | 'slackMinutes'> => {
  let transitionMs = 0
  let latestMs = latestEndMs - (endMs - startMs)
  for (const { spacing, capacity, before, after } of lanes) {
    if (before) transitionMs = Math.max(transitionMs, changeoverMs(spacing, before.mode, mode))
    if (after && capacity === 1)
      latestMs = Math.min(latestMs, after.startMs - changeoverMs(spacing, mode, after.mode) - (endMs - startMs))
  }
  return {
    transitionMinutes: Math.ceil(transitionMs / 60_000),
    slackMinutes: Math.max(0, Math.floor((latestMs - startMs) / 60_000)),
  }
}
