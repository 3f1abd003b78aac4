import type { NotificationEvent } from './events.ts'

/** Entries of the history that people can be notified of; an entry of any other action is nobody's news. */
const ofAction: Readonly<Record<string, NotificationEvent>> = {
  'run.started': 'run.started',
  'run.succeeded': 'run.succeeded',
  'run.failed': 'run.failed',
  'run.aborted': 'run.aborted',
  'run.skipped': 'run.skipped',
  'run.long-running': 'run.long-running',
  'recovery.required': 'recovery.required',
  'recovery.cleared': 'recovery.cleared',
  'asset.emergency-stopped': 'emergency.stopped',
  'workspace.emergency-stopped': 'emergency.stopped',
  'asset.health-bad': 'health.bad',
  'agent.offline': 'agent.offline',
  'agent.online': 'agent.online',
  'agent.rivals': 'agent.rivals',
  'schedule.firings-missed': 'firing.missed',
  'planning-run.completed': 'proposals.waiting',
  'verification.critical': 'verification.found',
  'verification.warning': 'verification.found',
  'verification.info': 'verification.found',
}

/** What an entry of the history is news of; undefined for most. Apart from what is said of events, which the store does not need. */
export const eventOfAction = (action: string): NotificationEvent | undefined => ofAction[action]
