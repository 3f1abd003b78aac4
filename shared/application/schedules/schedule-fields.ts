import type { Schedule } from '#domain/schedules/schedule.ts'
import type { SchedulePatch } from './change-schedule.ts'
import type { NewSchedule, ScheduleFields } from './create-schedule.ts'

const names = [
  'name',
  'protocolId',
  'parameters',
  'rule',
  'timeZone',
  'startAt',
  'endAt',
  'exclusions',
  'calendars',
  'overlap',
  'buffer',
  'catchUp',
  'jitterSeconds',
  'maxRuns',
  'externalName',
  'settings',
  'tags',
] as const satisfies readonly (keyof ScheduleFields)[]

const optional = [
  'endAt',
  'exclusions',
  'calendars',
  'buffer',
  'catchUp',
  'jitterSeconds',
  'maxRuns',
  'externalName',
] as const

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
