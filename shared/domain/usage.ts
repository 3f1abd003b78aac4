import * as z from 'zod'
import { assetIdSchema, protocolIdSchema } from './ids.ts'
import { instantSchema } from './time.ts'

const seconds = z.int().min(0)

/** What became of the time of an asset, in seconds of its units. */
const timesSchema = {
  open: seconds.meta({ description: 'That it was open, times its units' }),
  booked: seconds.meta({ description: 'That was reserved, whether it was used or not' }),
  used: seconds.meta({
    description: 'That was used: from start or check-in to the end, or all of a booking that needs no check-in',
  }),
  idle: seconds.meta({ description: 'Open, and not reserved' }),
  quarantined: seconds,
  maintenance: seconds,
  noShow: seconds.meta({ description: 'Reserved, and given back because nobody came' }),
}

export const usageSchema = z
  .strictObject({
    from: instantSchema,
    to: instantSchema,
    truncated: z
      .boolean()
      .meta({ description: 'There were more reservations than are looked at; ask for a shorter span' }),
    total: z.strictObject({ ...timesSchema, utilisation: z.number(), bookedVersusUsed: z.number() }),
    assets: z.array(
      z.strictObject({
        assetId: assetIdSchema,
        name: z.string(),
        ...timesSchema,
        utilisation: z.number().meta({ description: 'Used by open; 0 to 1' }),
        bookedVersusUsed: z.number().meta({ description: 'Used by booked; 0 to 1' }),
        reservations: z.int(),
        noShows: z.int(),
        /** Who held it for longest. */
        topHolders: z.array(z.strictObject({ by: z.string(), seconds })),
      }),
    ),
    queue: z
      .strictObject({ runs: z.int(), p50Seconds: z.number().optional(), p95Seconds: z.number().optional() })
      .meta({ description: 'From the time that runs were due until they had their assets' }),
    durations: z
      .array(
        z.strictObject({
          protocolId: protocolIdSchema,
          name: z.string(),
          runs: z.int(),
          expectedSeconds: z.int(),
          p50Seconds: z.number(),
          p90Seconds: z.number(),
          advice: z.string().optional(),
        }),
      )
      .meta({ description: 'How long protocols took, beside how long they are expected to take' }),
  })
  .meta({ id: 'Usage', description: 'What became of the time of the assets; derived from what is stored' })
export type Usage = z.output<typeof usageSchema>
