import * as z from 'zod'
import { degrees, modeKind } from './mode-kind.ts'

/** An optical acquisition: where the camera points, in degrees from straight down. */
export const opticalMode = modeKind({
  schema: z.strictObject({
    kind: z.literal('OPTICAL'),
    rollDegrees: degrees(60),
    pitchDegrees: degrees(60),
    cloudCoverPercent: z.number().min(0).max(100).optional().meta({ description: 'At most so much' }),
  }),
  unit: 'second',
  pointingOf: ({ rollDegrees, pitchDegrees }) => [rollDegrees, pitchDegrees],
})
