import { gapMs, type Spacing } from '../assets/booking-rules.ts'
import { kindOf, type OrderMode } from '../orders/mode.ts'

/** How fast an asset turns that does not say so. */
const usualAgility = { degreesPerSecond: 1, settleSeconds: 5 } as const

export const setupOf = (mode: OrderMode): string | undefined => kindOf(mode).setupOf?.(mode)
export const pointsSomewhere = (mode: OrderMode): boolean => kindOf(mode).pointingOf !== undefined

/**
 * Milliseconds that must lie between two kinds of work on one asset: its buffers and the changeover of their setup classes, or
 * the turn from one pointing to the other. A claim of which nobody knows more is work of no setup.
 */
export const changeoverMs = (spacing: Spacing, from: OrderMode, to: OrderMode): number => {
  const gap = gapMs(spacing, setupOf(from), setupOf(to))
  const [a, b] = [kindOf(from).pointingOf?.(from), kindOf(to).pointingOf?.(to)]
  if (!a || !b) return gap
  const turn = Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]))
  const { degreesPerSecond, settleSeconds } = spacing.agility ?? usualAgility
  return Math.max(gap, turn === 0 ? 0 : Math.ceil(1000 * (turn / degreesPerSecond + settleSeconds)))
}
