import { measureInWorld } from './assignment/in-world.ts'
import { measureAssignment } from './assignment.ts'
import { measureBundles } from './bundles.ts'
import { measureCalendar } from './calendar.ts'
import { measurePlanner } from './planner.ts'
import { measureReservations } from './reservations.ts'
import { measureRuns } from './runs.ts'
import { measureSchedules } from './schedules.ts'
import { measureTimetable } from './timetable.ts'

export type Row = Readonly<Record<string, string | number>>
type Bench = { readonly title: string; readonly measure: () => Promise<readonly Row[]> }

export const benches: Readonly<Record<string, Bench>> = {
  bundles: {
    title: 'size of each function, and its import beside that of the DynamoDB document client alone',
    measure: measureBundles,
  },
  reservations: {
    title: 'bookings by one client and by many, how many win, and PostgreSQL with an exclusion constraint beside it',
    measure: measureReservations,
  },
  calendar: {
    title: 'what a look at the calendar of the assets asks of the table, whatever lies behind it',
    measure: measureCalendar,
  },
  schedules: {
    title:
      'schedules through the HTTP API of the laptop cloud, and what a page costs among 10, 1,000 and 100,000 of them',
    measure: measureSchedules,
  },
  timetable: {
    title: 'how late the EventBridge Scheduler of the laptop fires with 1,000 and with 100,000 schedules in it',
    measure: measureTimetable,
  },
  runs: {
    title:
      'boot, complete runs through API, state machine, broker and agent with an instant driver, and what an hour of driving costs',
    measure: measureRuns,
  },
  planner: {
    title: 'how far first fit, best fit and the search of the planner stay behind the best plans known',
    measure: measurePlanner,
  },
  assignment: {
    title: 'a month of 40 people and 600 orders: how much is assigned, what makes way, and first fit beside it',
    measure: measureAssignment,
  },
  approval: {
    title: 'such months in the memory world, from the orders to what is in the calendar, and first fit beside it',
    measure: () => measureInWorld([1, 2, 3]),
  },
}
