import type { NoticeEvent } from '../notices/notice.ts'

export const severities = {
  info: 'good to know',
  warning: 'somebody should look at it in time',
  error: 'nothing goes on before somebody has acted',
} as const
export type Severity = keyof typeof severities
export const severityOrder = Object.keys(severities) as Severity[]

/** Everything that people can be notified of, and how urgent it is. */
export const notificationEvents = {
  'run.started': { severity: 'info', says: 'the instrument began' },
  'run.succeeded': { severity: 'info', says: 'a run has succeeded' },
  'run.failed': { severity: 'error', says: 'a run has failed' },
  'run.aborted': { severity: 'warning', says: 'a run was stopped' },
  'run.skipped': { severity: 'info', says: 'a firing did not start a run, for a reason' },
  'run.long-running': { severity: 'warning', says: 'a run takes much longer than expected' },
  'capacity.exhausted': { severity: 'warning', says: 'a run found no place under a limit of concurrent runs' },
  'recovery.required': { severity: 'error', says: 'a person must look before it runs again' },
  'recovery.cleared': { severity: 'info', says: 'it may run again' },
  'emergency.stopped': { severity: 'error', says: 'an emergency stop was thrown' },
  'health.bad': { severity: 'error', says: 'an instrument failed its health check' },
  'agent.offline': { severity: 'error', says: 'nobody has heard of an agent for minutes' },
  'agent.online': { severity: 'info', says: 'an agent is back' },
  'agent.rivals': { severity: 'error', says: 'two processes speak under the name of one agent' },
  'firing.missed': { severity: 'warning', says: 'a firing of a schedule did not come' },
  'conflict.found': { severity: 'warning', says: 'something in the calendar cannot be as it is' },
  'hold.offered': { severity: 'info', says: 'time that was waited for is held' },
  'approval.needed': { severity: 'info', says: 'a booking waits for somebody to confirm it' },
  'verification.found': { severity: 'warning', says: 'the daily verification found something, told by its worst' },
  'booking.changed': { severity: 'info', says: 'somebody else, or time itself, changed a booking' },
  'proposals.waiting': { severity: 'info', says: 'an assignment waits for approval' },
} as const satisfies Record<string, { readonly severity: Severity; readonly says: string }>
export type NotificationEvent = keyof typeof notificationEvents
export const eventNames = Object.keys(notificationEvents) as [NotificationEvent, ...NotificationEvent[]]

/** Where the event alone does not say how urgent it is, the action does. */
const severityOf: Readonly<Record<string, Severity>> = {
  'verification.critical': 'error',
  'verification.warning': 'warning',
  'verification.info': 'info',
}
export const severityOfAction = (action: string, event: NotificationEvent): Severity =>
  severityOf[action] ?? notificationEvents[event].severity

/** What people are told of bookings, as the notices say it. */
export const eventOfNotice = (event: NoticeEvent): NotificationEvent => {
  switch (event) {
    case 'conflict.detected':
    case 'outage.announced':
      return 'conflict.found'
    case 'reservation.approval-asked':
      return 'approval.needed'
    case 'waitlist.offered':
      return 'hold.offered'
    default:
      return 'booking.changed'
  }
}
