import * as z from 'zod'
import { degrees, modeKind } from './mode-kind.ts'

/** A radar acquisition: the side it looks to, and the angle at which it strikes the ground. */
export const sarMode = modeKind({
  schema: z.strictObject({
    kind: z.literal('SAR'),
    side: z.enum(['left', 'right']),
    incidenceDegrees: z.number().min(10).max(70),
    pitchDegrees: degrees(60).default(0),
    polarisation: z.enum(['HH', 'HV', 'VH', 'VV']).optional(),
  }),
  unit: 'second',
  pointingOf: ({ side, incidenceDegrees, pitchDegrees }) => [
    side === 'left' ? -incidenceDegrees : incidenceDegrees,
    pitchDegrees,
  ],
})
