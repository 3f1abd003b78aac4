import type { Actor } from '#domain/audit/entry.ts'
import { type Command, mayBeDriving } from '#domain/commands/command.ts'
import { reservationIdOf } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { EndDecision } from '#domain/runs/decide-end.ts'
import { currentAttempt, hasDrive, isOfRule, type LiveRun } from '#domain/runs/run.ts'
import { toEnded } from '#domain/runs/transitions.ts'
import type { Arming, Schedule } from '#domain/schedules/schedule.ts'
import { countsOf } from '#domain/schedules/statistics.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import { armingChange } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { failedTooOften } from './failed-in-a-row.ts'
import { runChange } from './record.ts'

export type EndingFacts = {
  readonly run: LiveRun
  /** The run as the table has it; undefined where the ending transaction is the one that opens it. */
  readonly stored: LiveRun | undefined
  readonly command: Command | undefined
  readonly reservation: Reservation | undefined
  readonly schedule: Schedule | undefined
  /** What the end means for the schedule; nothing where it is left out. */
  readonly about?: ScheduleFacts
}

/** What must be known of a schedule to tell what the end of one of its runs means for it. */
type ScheduleFacts = {
  /** It pauses by itself at this failure. */
  readonly pauses: boolean
  /** It has started as many runs as it may. */
  readonly usedUp: boolean
  /** Its arming, where its entry at EventBridge Scheduler may have to follow. */
  readonly arming: Arming | undefined
}

type Ending = Extract<EndDecision, { kind: 'end' }>

export const readScheduleFacts = async (
  run: LiveRun,
  { outcome, end, recovery }: Pick<Ending, 'outcome' | 'end' | 'recovery'>,
  schedule: Schedule | undefined,
  world: Pick<World, 'store'>,
): Promise<ScheduleFacts> => {
  if (schedule?.status !== 'active') return { pauses: false, usedUp: false, arming: undefined }
  const address = { workspaceId: run.workspaceId, scheduleId: schedule.id }
  const pauses = await failedTooOften(run, outcome, schedule, world)
  const counts = schedule.maxRuns !== undefined && isOfRule(run.trigger) && outcome !== 'skipped'
  const fired = counts ? ((await world.store.get('scheduleStats', address))?.fired ?? 0) + 1 : 0
  const usedUp = end.reason === 'runs-used-up' || (schedule.maxRuns !== undefined && fired >= schedule.maxRuns)
  const stops = recovery || pauses || usedUp || (schedule.rule.kind === 'at' && isOfRule(run.trigger))
  return { pauses, usedUp, arming: stops ? await world.store.get('arming', address) : undefined }
}

/** What is held for a run of a rule that has not driven. */
export const heldFor = async (run: LiveRun, world: Pick<World, 'store'>): Promise<Reservation | undefined> => {
  if (!isOfRule(run.trigger) || currentAttempt(run) > 1) return undefined
  const { workspaceId } = run
  const found = await world.store.get('reservation', { workspaceId, id: reservationIdOf(run.id, 1) })
  return found?.status === 'held' ? found : undefined
}

/** What must be known to end a run. Strongly consistent reads. */
export const readEndingFacts = async (run: LiveRun, world: Pick<World, 'store'>): Promise<EndingFacts> => {
  const { workspaceId } = run
  const drive = hasDrive(run) ? run.drive : undefined
  const [command, reservation, schedule] = await Promise.all([
    drive && world.store.get('command', { workspaceId, agentId: drive.agentId, id: drive.commandId }),
    drive ? world.store.get('reservation', { workspaceId, id: drive.reservationId }) : heldFor(run, world),
    run.scheduleId && world.store.get('schedule', { workspaceId, id: run.scheduleId }),
  ])
  return { run, stored: run, command, reservation, schedule: schedule || undefined }
}

/** Gives the assets of a live reservation back. */
export const releaseChanges = (
  reservation: Reservation,
  actor: Actor,
  note: string | undefined,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  const after = next(reservation, { ...reservation, status: 'released', endedAt: instantOf(world.clock.now()) })
  return reservationChanges({ before: reservation, after, action: 'reservation.released', actor, note }, world)
}

const quarantineChanges = (reservation: Reservation, actor: Actor, world: Pick<World, 'clock' | 'ids'>): Change[] => {
  const quarantinedAt = instantOf(world.clock.now())
  const after = next(reservation, { ...reservation, status: 'quarantined', quarantinedAt })
  return reservationChanges({ before: reservation, after, action: 'reservation.quarantined', actor }, world)
}

/** Settled letters leave the mailbox; one whose drive may be going on stays, with the order to stop. */
export const commandChanges = (command: Command | undefined, note: string, world: Pick<World, 'clock'>): Change[] => {
  if (!command) return []
  const { workspaceId, agentId, id, version } = command
  if (!mayBeDriving(command))
    return [{ type: 'remove', kind: 'command', key: { workspaceId, agentId, id }, expect: version }]
  const abort = command.abort ?? { at: instantOf(world.clock.now()), note }
  return [{ type: 'put', kind: 'command', value: { ...command, abort, version: version + 1 }, expect: version }]
}

/** A schedule that fires no more says so, and that its entry at EventBridge Scheduler has to go. */
const scheduleChanges = (
  { schedule, run, about }: EndingFacts,
  decision: Ending,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  if (schedule?.status !== 'active') return []
  const at = instantOf(world.clock.now())
  const by = `system:${run.id}`
  const base = { ...schedule, version: schedule.version + 1, updatedAt: at, updatedBy: by }
  const put = (after: Schedule, action: string): Change[] => [
    { type: 'put', kind: 'schedule', value: after, expect: schedule.version },
    auditOf(world, { workspaceId: run.workspaceId, subject: schedule.id, action, actor, before: schedule, after }),
    ...(about?.arming ? [armingChange(schedule, about.arming, at)] : []),
  ]
  if (decision.recovery)
    return put(
      { ...base, status: 'recovery', stopped: { since: at, by, note: `Run ${run.id}: ${decision.end.message}` } },
      'schedule.recovery-required',
    )
  if (about?.pauses) {
    const note = `Paused by itself after ${schedule.settings.pauseAfterFailures} failed runs in a row; the last was ${run.id}: ${decision.end.message}`
    return put({ ...base, status: 'paused', stopped: { since: at, by, note: note.slice(0, 500) } }, 'schedule.paused')
  }
  if (about?.usedUp || (schedule.rule.kind === 'at' && run.trigger.kind === 'schedule'))
    return put({ ...base, status: 'completed' }, 'schedule.completed')
  return []
}

/** Everything that changes when a run ends, as one transaction: outcome, history, statistics, assets, mailbox, schedule. */
export const endingChanges = (
  facts: EndingFacts,
  decision: Ending,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  const { run, stored, reservation } = facts
  const ended = { ...toEnded(run, decision.outcome, decision.end), version: (stored?.version ?? 0) + 1 }
  const assets = !reservation
    ? []
    : reservation.status === 'held'
      ? cancelChanges(reservation, { actor, note: decision.end.message.slice(0, 500), because: 'not-used' }, world)
          .changes
      : decision.assets === 'release'
        ? releaseChanges(reservation, actor, undefined, world)
        : quarantineChanges(reservation, actor, world)
  return [
    ...runChange(world, stored, ended, `run.${decision.outcome}`, actor),
    ...assets,
    ...commandChanges(facts.command, decision.end.message, world),
    ...scheduleChanges(facts, decision, actor, world),
    ...(run.scheduleId
      ? [
          {
            type: 'count' as const,
            workspaceId: run.workspaceId,
            scheduleId: run.scheduleId,
            counts: countsOf(ended),
          },
        ]
      : []),
  ]
}
