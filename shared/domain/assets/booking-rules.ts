import * as z from 'zod'
import { minutes } from '../time.ts'
import { roleSchema } from '../workspaces/workspace.ts'

const minutesUpTo = (most: number) => z.int().min(1).max(most)
/** So that the day before and the day after hold every neighbour that may be too close. */
const longestGapMinutes = 240

/** A class of setups: what is loaded, mounted or filled for a kind of work. */
export const setupSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower case letters, digits and . _ -')
  .meta({ description: 'Class of setup, for changeover times', examples: ['aqueous'] })

/** How people may book an asset. What is left out is not limited. */
export const bookingRulesSchema = z
  .strictObject({
    minimumMinutes: minutesUpTo(7 * 1_440).optional(),
    maximumMinutes: minutesUpTo(60 * 1_440).optional(),
    granularityMinutes: minutesUpTo(1_440)
      .optional()
      .meta({ description: 'Start and end are multiples of it by local time, counted from midnight' }),
    noticeMinutes: minutesUpTo(60 * 1_440)
      .optional()
      .meta({ description: 'At least so long before the start' }),
    openAheadDays: z.int().min(1).max(90).optional().meta({ description: 'At most so many days before the start' }),
    bufferBeforeMinutes: minutesUpTo(longestGapMinutes).optional(),
    bufferAfterMinutes: minutesUpTo(longestGapMinutes).optional(),
    maxOpenBookings: z.int().min(1).max(1_000).optional().meta({ description: 'Of one person, not yet over' }),
    maxHoursPerWeek: z
      .number()
      .min(0.25)
      .max(168)
      .optional()
      .meta({ description: 'Of one person, in the week (Monday to Sunday) in which the booking starts' }),
    bookableBy: roleSchema
      .optional()
      .meta({ description: 'Others may ask; what they ask for is held until somebody with this role confirms it' }),
    checkInGraceMinutes: minutesUpTo(1_440)
      .optional()
      .meta({ description: 'Bookings must be checked in; so long after the start an unused one is released' }),
  })
  .meta({ id: 'BookingRules', description: 'How people may book it; what is left out is not limited' })
export type BookingRules = z.output<typeof bookingRulesSchema>

export const changeoversSchema = z
  .array(z.strictObject({ from: setupSchema, to: setupSchema, minutes: z.int().min(0).max(longestGapMinutes) }))
  .max(400)
  .meta({
    description: 'Minutes needed between work of one setup class and of another; 0 for a pair that is not named',
  })
export type Changeovers = z.output<typeof changeoversSchema>

/** How fast an asset turns from one pointing to the next, and how long it takes to come to rest. */
export const agilitySchema = z.strictObject({
  degreesPerSecond: z.number().min(0.01).max(100),
  settleSeconds: z.number().min(0).max(600),
})
export type Agility = z.output<typeof agilitySchema>

/** What must lie between neighbours on one asset. */
export type Spacing = {
  readonly rules?: Pick<BookingRules, 'bufferBeforeMinutes' | 'bufferAfterMinutes'> | undefined
  readonly changeovers?: Changeovers | undefined
  readonly agility?: Agility | undefined
}

/** Milliseconds that must lie between the end of one piece of work and the start of the next. */
export const gapMs = (
  { rules = {}, changeovers = [] }: Spacing,
  first: string | undefined,
  second: string | undefined,
): number => {
  const changeover =
    first === undefined || second === undefined
      ? 0
      : (changeovers.find(({ from, to }) => from === first && to === second)?.minutes ?? 0)
  return minutes((rules.bufferAfterMinutes ?? 0) + (rules.bufferBeforeMinutes ?? 0) + changeover)
}

/** The longest that gapMs can give. */
export const longestGapMs = ({ rules = {}, changeovers = [] }: Spacing): number =>
  minutes(
    (rules.bufferAfterMinutes ?? 0) +
      (rules.bufferBeforeMinutes ?? 0) +
      Math.max(0, ...changeovers.map((changeover) => changeover.minutes)),
  )
