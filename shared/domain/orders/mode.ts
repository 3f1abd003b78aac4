import * as z from 'zod'
import { setupSchema } from '../assets/booking-rules.ts'

const degrees = (most: number) => z.number().min(-most).max(most)

/**
 * What makes one order unlike the next on an asset, by the kind of work: it decides how long an asset takes to get from one
 * order to another (planning/changeover). A new kind of work is one more member here, and its changeover there.
 */
export const modeSchema = z
  .discriminatedUnion('kind', [
    /** Work of an instrument in a laboratory. */
    z.strictObject({ kind: z.literal('PROTOCOL'), setup: setupSchema.optional() }),
    /** An optical acquisition: where the camera points, in degrees from straight down. */
    z.strictObject({
      kind: z.literal('OPTICAL'),
      rollDegrees: degrees(60),
      pitchDegrees: degrees(60),
      cloudCoverPercent: z.number().min(0).max(100).optional().meta({ description: 'At most so much' }),
    }),
    /** A radar acquisition: the side it looks to, and the angle at which it strikes the ground. */
    z.strictObject({
      kind: z.literal('SAR'),
      side: z.enum(['left', 'right']),
      incidenceDegrees: z.number().min(10).max(70),
      pitchDegrees: degrees(60).default(0),
      polarisation: z.enum(['HH', 'HV', 'VH', 'VV']).optional(),
    }),
  ])
  .meta({ id: 'OrderMode', description: 'The kind of work, and what decides the changeover between two orders' })
export type OrderMode = z.output<typeof modeSchema>
