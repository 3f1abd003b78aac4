import type { Schedule } from '#domain/schedules/schedule.ts'
import type { SchedulePatch } from './change-schedule.ts'
import type { NewSchedule } from './create-schedule.ts'

/** What a person may leave out. */
const optional = [
  'endAt',
  'exclusions',
  'calendars',
  'buffer',
  'catchUp',
  'jitterSeconds',
  'maxRuns',
  'holdAheadDays',
  'externalName',
] as const satisfies readonly (keyof Schedule)[]
export type OptionalField = (typeof optional)[number]

const names = [
  'name',
  'protocolId',
  'parameters',
  'rule',
  'timeZone',
  'startAt',
  'overlap',
  'settings',
  'tags',
  ...optional,
] as const satisfies readonly (keyof Schedule)[]

/** Everything of a schedule that a person says. */
export type ScheduleFields = Pick<Schedule, (typeof names)[number]>

/** The patch that makes everything that a person says of a schedule be as given; a start that is left out stays as it is. */
export const replacement = ({ startAt, ...given }: NewSchedule): SchedulePatch => ({
  ...given,
  ...(startAt !== undefined && { startAt }),
  ...Object.fromEntries(optional.flatMap((field) => (given[field] === undefined ? [[field, null]] : []))),
})

/** What a person said of a schedule, without what became of it. */
export const fieldsOf = (schedule: Schedule): ScheduleFields =>
  Object.fromEntries(
    names.flatMap((name) => (schedule[name] === undefined ? [] : [[name, schedule[name]]])),
  ) as ScheduleFields
