import * as z from 'zod'
import { isZone } from '../zone.ts'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM')

/** Times of day at which something may begin; at no other. */
export const startsSchema = z
  .strictObject({
    timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
    times: z
      .array(clock)
      .min(1)
      .max(24)
      .refine((times) => new Set(times).size === times.length, {
        error: 'name each time once',
      }),
  })
  .meta({ id: 'Starts', description: 'Times of day at which it may begin, by the clocks of a zone' })
export type Starts = z.output<typeof startsSchema>
