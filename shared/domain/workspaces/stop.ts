import * as z from 'zod'
import { instantSchema } from '../time.ts'

/**
 * A kill switch that is thrown: nothing starts in the workspace, or nothing of the schedules with a tag. What is driving goes
 * on; abort it where it must not.
 */
export const stopSchema = z
  .strictObject({
    /** All of the workspace, where it is left out. */
    tag: z.string().min(1).max(60).optional(),
    note: z.string().min(1).max(500),
    since: instantSchema,
    by: z.string(),
  })
  .meta({ id: 'Stop', description: 'A kill switch that is thrown' })
export type Stop = z.output<typeof stopSchema>

/** The switch that holds for something with these tags, if one is thrown. */
export const stopFor = (stops: readonly Stop[] | undefined, tags: readonly string[] = []): Stop | undefined =>
  stops?.find(({ tag }) => tag === undefined || tags.includes(tag))
