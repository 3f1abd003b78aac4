import type { Schedule } from '#domain/schedules/schedule.ts'

/** What a schedule has in every state. */
export const commonOf = (schedule: Schedule): Omit<Extract<Schedule, { status: 'active' }>, 'status'> => {
  const { status: _status, ...rest } = schedule
  if (!('stopped' in rest)) return rest
  const { stopped: _stopped, ...common } = rest
  return common
}
