import { scheduleOperationHandlers } from './schedule-operations.ts'
import { scheduleHandlers } from './schedules.ts'

/** What is done by the function that changes schedules. */
export const scheduleChangeHandlers = { ...scheduleHandlers, ...scheduleOperationHandlers }
