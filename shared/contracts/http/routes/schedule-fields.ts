import * as z from 'zod'
import { calendarIdSchema, protocolIdSchema } from '#domain/ids.ts'
import { nameSchema } from '#domain/name.ts'
import { exclusionsSchema } from '#domain/schedules/exclusion.ts'
import { ruleSchema } from '#domain/schedules/rule.ts'
import {
  bufferSchema,
  catchUpSchema,
  externalNameSchema,
  type Overlap,
  overlapPolicies,
  runSettingsSchema,
} from '#domain/schedules/schedule.ts'
import { instantSchema } from '#domain/time.ts'
import { parametersBody } from '../route.ts'

const overlap = z.enum(Object.keys(overlapPolicies) as [Overlap, ...Overlap[]]).meta({
  description: Object.entries(overlapPolicies)
    .map(([policy, meaning]) => `${policy}: ${meaning}`)
    .join('; '),
})

/** When it fires. */
export const timingFields = {
  rule: ruleSchema,
  timeZone: z
    .string()
    .min(1)
    .max(50)
    .meta({ description: 'IANA time zone, such as Europe/Berlin', examples: ['Europe/Berlin'] }),
  startAt: instantSchema.meta({ description: 'First moment that may fire, and anchor of intervals' }),
  endAt: instantSchema.meta({ description: 'Last moment that may fire' }),
  exclusions: exclusionsSchema,
  calendars: z
    .array(calendarIdSchema)
    .max(10)
    .meta({ description: 'Calendars of the workspace whose days and hours are excluded too' }),
  jitterSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .meta({ description: 'Each run starts up to so many seconds late, by a chance that its time decides' }),
}

/** Everything of a schedule that a person says. */
export const scheduleFields = {
  name: nameSchema,
  protocolId: protocolIdSchema,
  parameters: parametersBody,
  ...timingFields,
  overlap,
  buffer: bufferSchema,
  catchUp: catchUpSchema,
  maxRuns: z
    .int()
    .min(1)
    .max(1_000_000)
    .meta({ description: 'After so many started runs it is completed; skipped ones do not count' }),
  holdAheadDays: z.int().min(0).max(30).meta({
    description: 'Hold the assets for the next times so many days ahead; 7 where it is left out, 0: not at all',
  }),
  externalName: externalNameSchema,
  settings: runSettingsSchema,
  tags: z.array(z.string().min(1).max(60)).max(20),
}

const { startAt, endAt, exclusions, calendars, jitterSeconds, buffer, catchUp, maxRuns, holdAheadDays, externalName } =
  scheduleFields

/** The fields of a new schedule: what may be left out has its default, or is absent. */
export const newScheduleFields = {
  ...scheduleFields,
  parameters: scheduleFields.parameters.default({}),
  timeZone: scheduleFields.timeZone.default('UTC'),
  overlap: overlap.default('skip'),
  settings: runSettingsSchema.prefault({}),
  tags: scheduleFields.tags.default([]),
  startAt: startAt.optional(),
  endAt: endAt.optional(),
  exclusions: exclusions.optional(),
  calendars: calendars.optional(),
  jitterSeconds: jitterSeconds.optional(),
  buffer: buffer.optional(),
  catchUp: catchUp.optional(),
  maxRuns: maxRuns.optional(),
  holdAheadDays: holdAheadDays.optional(),
  externalName: externalName.optional(),
}

/** What a filter of schedules may name. */
export const filterFields = {
  status: z.enum(['active', 'paused', 'recovery', 'completed', 'archived']).optional(),
  assetId: z.string().max(70).optional().meta({ description: 'Its protocol needs this asset by its id' }),
  protocolId: z.string().max(70).optional(),
  tag: z.string().max(60).optional(),
  owner: z.string().max(128).optional().meta({ description: 'Subject of the person who made it' }),
  text: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Part of its name, its external name or a tag, in any case' }),
}
