import { gapMs, type Spacing } from '../assets/booking-rules.ts'
import type { OrderMode } from '../orders/mode.ts'

/** How fast an asset turns from one pointing to the next, and how long it takes to come to rest. */
const slew = { degreesPerSecond: 1, settleSeconds: 5 } as const

/** Roll and pitch, in degrees; undefined for work that points nowhere. */
const pointing = (mode: OrderMode): readonly [number, number] | undefined => {
  switch (mode.kind) {
    case 'PROTOCOL':
      return undefined
    case 'OPTICAL':
      return [mode.rollDegrees, mode.pitchDegrees]
    case 'SAR':
      return [mode.side === 'left' ? -mode.incidenceDegrees : mode.incidenceDegrees, mode.pitchDegrees]
  }
}

export const setupOf = (mode: OrderMode): string | undefined => (mode.kind === 'PROTOCOL' ? mode.setup : undefined)

/**
 * Milliseconds that must lie between two kinds of work on one asset: its buffers and the changeover of their setup classes, or
 * the turn from one pointing to the other. A claim of which nobody knows more is work of no setup.
 */
export const changeoverMs = (spacing: Spacing, from: OrderMode, to: OrderMode): number => {
  const gap = gapMs(spacing, setupOf(from), setupOf(to))
  const [a, b] = [pointing(from), pointing(to)]
  if (!a || !b) return gap
  const turn = Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]))
  return Math.max(gap, turn === 0 ? 0 : Math.ceil(1000 * (turn / slew.degreesPerSecond + slew.settleSeconds)))
}
