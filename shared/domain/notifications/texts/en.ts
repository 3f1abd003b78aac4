import type { Texts } from './texts.ts'

/** What people are told, in English. `{name}` is replaced by the fact of that name. */
export const en: Texts = {
  'run.started': { subject: '{what} has started', body: '{what} started at {at}.' },
  'run.succeeded': { subject: '{what} has succeeded', body: '{what} succeeded at {at}.' },
  'run.failed': { subject: '{what} has FAILED', body: '{what} failed at {at}: {message}' },
  'run.aborted': { subject: '{what} was stopped', body: '{what} was stopped at {at}: {message}' },
  'run.skipped': { subject: '{what} was skipped', body: '{what} did not start at {at}: {message}' },
  'run.long-running': {
    subject: '{what} takes long',
    body: '{what} is still running at {at}; that is much longer than expected. Look at the instrument, or abort the run.',
  },
  'capacity.exhausted': {
    subject: '{what} found no place',
    body: '{what} did not start: {message} It fires again at its next time.',
  },
  'recovery.required': {
    subject: 'RECOVERY REQUIRED: {what}',
    body: '{message}\n\nNothing of it runs again before somebody has looked and cleared recovery {id}. Since {at}.',
  },
  'recovery.cleared': { subject: 'Recovery cleared: {what}', body: '{by} cleared it at {at}: {message}' },
  'emergency.stopped': {
    subject: 'EMERGENCY STOP: {what}',
    body: '{by} stopped everything on {what} at {at}: {message}\n\nNothing starts there until somebody acknowledges it.',
  },
  'health.bad': { subject: '{what} is not fit', body: '{what} failed its health check at {at}: {message}' },
  'agent.offline': {
    subject: 'Agent {what} is offline',
    body: '{message} Commands wait until they are no longer valid. Is the machine on, and its network?',
  },
  'agent.online': { subject: 'Agent {what} is back', body: '{message}' },
  'agent.rivals': { subject: 'Agent {what}: two at once', body: '{message}' },
  'firing.missed': { subject: '{what} was missed', body: '{message} The ledger of the schedule tells which times.' },
  'conflict.found': { subject: 'Conflict in the calendar', body: '{message}' },
  'hold.offered': { subject: 'Your time is held', body: '{message}' },
  'approval.needed': { subject: 'A booking waits for you', body: '{message}' },
  'proposals.waiting': {
    subject: 'An assignment waits for approval: {what}',
    body: '{proposed} order(s) are proposed from {first} on, {swaps} of them with others making way; {unassigned} found nobody and no time. Look at them and approve or reject: {where}.',
  },
  'verification.found': {
    subject: 'Before work begins: the coming days',
    body: '{message}\n\nThe whole report is {id}.',
  },
  'booking.changed': { subject: 'A booking has changed', body: '{message}' },
  'contact.verify': {
    subject: 'Is this you? Code {code}',
    body: '{by} wants to send notifications of laboratory {workspace} to this address.\n\nThe code is {code}. If you do not know about it, do nothing; you will not hear again.',
  },
  'contact.test': { subject: 'A test', body: 'Notifications of laboratory {workspace} reach you here.' },
  digest: { subject: '{count} notifications of laboratory {workspace}', body: '' },
  footer: 'Laboratory {workspace}. You are told because somebody subscribed this address; its contact is {contact}.',
}
