import type { Spacing } from '../assets/booking-rules.ts'
import type { AssetId } from '../ids.ts'
import { changeoverMs } from '../plans/changeover.ts'
import type { Slot } from '../plans/slot.ts'
import { msOf } from '../time.ts'
import type { Conflict } from './conflict.ts'

/** Two slots that follow one another too fast for their asset. */
export type ShortTransition = { readonly before: Slot; readonly after: Slot; readonly missingMs: number }

/** How bad it is, by what is missing. */
export const severityOf = (missingMs: number): Conflict['severity'] =>
  missingMs > 10_000 ? 'error' : missingMs > 5_000 ? 'warning' : 'info'

const between = (before: Slot, after: Slot, spacing: Spacing): ShortTransition[] => {
  const freeMs = msOf(after.start) - msOf(before.end)
  const missingMs = changeoverMs(spacing, before.mode, after.mode) - freeMs
  // Those that overlap are in each other's way; how long the asset takes to turn is no matter then.
  return freeMs >= 0 && missingMs > 0 ? [{ before, after, missingMs }] : []
}

/** The neighbours of a slot on one of its assets from which, or to which, the asset does not get in time. */
export const shortTransitions = (
  slot: Slot,
  assetId: AssetId,
  others: readonly Slot[],
  spacing: Spacing,
): ShortTransition[] => {
  const there = others
    .filter((other) => other.id !== slot.id && other.assets.some((one) => one.assetId === assetId))
    .toSorted((a, b) => msOf(a.start) - msOf(b.start))
  const before = there.findLast((other) => msOf(other.end) <= msOf(slot.start))
  const after = there.find((other) => msOf(other.start) >= msOf(slot.end))
  return [...(before ? between(before, slot, spacing) : []), ...(after ? between(slot, after, spacing) : [])]
}
