import * as z from 'zod'
import { type Role, roleSchema } from '../workspaces/workspace.ts'

type Meaning = { readonly says: string; readonly overridableBy?: Role }

/**
 * Every rule that a reservation may break, one meaning each. What nobody may override is hard; the others are soft. What
 * stands in the calendar already can be overridden by force, and is then recorded as a conflict.
 */
export const rules = {
  'empty-interval': { says: 'the end is not after the start' },
  'in-the-past': { says: 'the start is in the past' },
  'beyond-horizon': { says: 'the end is further ahead than anything can be booked' },
  'too-large': { says: 'too many assets over too many days for one reservation' },
  'unknown-asset': { says: 'there is no such asset, group or capability' },
  'above-capacity': { says: 'more units than the asset has' },
  'asset-unavailable': { says: 'the asset is retired or in maintenance' },
  'time-off': { says: 'somebody is on vacation, sick or away on that day' },
  holiday: { says: 'nobody of these working hours works on that day' },
  left: { says: 'somebody does not work here any more' },
  unqualified: { says: 'a qualification has expired by then' },
  'type-limit': { says: 'somebody has as many orders of that type as they do on one day' },
  'day-full': { says: 'an asset takes no more reservations on that day' },
  'asset-busy': { says: 'somebody else holds the asset', overridableBy: 'manager' },
  'too-close': { says: 'a buffer or changeover to a neighbour is missing', overridableBy: 'operator' },
  closed: { says: 'outside the opening hours', overridableBy: 'manager' },
  'too-short': { says: 'shorter than a booking of it may be', overridableBy: 'manager' },
  'too-long': { says: 'longer than a booking of it may be', overridableBy: 'manager' },
  'off-grid': { says: 'start or end does not fall on the grid of times', overridableBy: 'operator' },
  'short-notice': { says: 'too shortly before the start', overridableBy: 'operator' },
  'too-early': { says: 'too long before the start', overridableBy: 'manager' },
  'too-many-open': { says: 'the person has too many bookings that are not over', overridableBy: 'manager' },
  'week-used-up': { says: 'the person has booked too many hours in that week', overridableBy: 'manager' },
  'quota-exceeded': { says: 'a quota is used up', overridableBy: 'manager' },
  'day-limit': { says: 'somebody has as much as they take on one day', overridableBy: 'manager' },
  'week-limit': { says: 'somebody has as much as they take in one week', overridableBy: 'manager' },
  'too-little-gap': { says: 'too close to other work of the same person', overridableBy: 'operator' },
  'needs-approval': { says: 'somebody else must confirm it', overridableBy: 'manager' },
} as const satisfies Record<string, Meaning>

export type RuleCode = keyof typeof rules
export const overridable = (Object.keys(rules) as RuleCode[]).filter((code) => 'overridableBy' in rules[code]) as [
  RuleCode,
  ...RuleCode[],
]

export const violationSchema = z
  .strictObject({
    code: z.enum(Object.keys(rules) as [RuleCode, ...RuleCode[]]),
    severity: z.enum(['hard', 'soft']).meta({ description: 'hard: nobody may override it' }),
    message: z.string(),
    path: z.string().optional().meta({ description: 'Into the request, as a JSON pointer' }),
    facts: z.record(z.string(), z.json()).optional(),
    overridableBy: roleSchema.optional().meta({ description: 'The least role that may override it' }),
    /** Why it does not stand in the way: a waiver, or an override in the request. */
    waivedBy: z.string().optional(),
  })
  .meta({ id: 'Violation', description: 'A rule that a reservation breaks' })
export type Violation = z.output<typeof violationSchema>

export const violation = (
  code: RuleCode,
  message: string,
  more: Pick<Violation, 'path' | 'facts'> & { overridableBy?: Role } = {},
): Violation => {
  const meaning: Meaning = rules[code]
  const by = more.overridableBy ?? meaning.overridableBy
  return {
    code,
    severity: by === undefined ? 'hard' : 'soft',
    message,
    ...(more.path !== undefined && { path: more.path }),
    ...(more.facts && { facts: more.facts }),
    ...(by !== undefined && { overridableBy: by }),
  }
}
