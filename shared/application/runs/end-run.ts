import type { Actor } from '#domain/audit/entry.ts'
import { type Command, mayBeDriving } from '#domain/commands/command.ts'
import { reservationIdOf } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { EndDecision, RecoveryNeed } from '#domain/runs/decide-end.ts'
import { currentAttempt, driveOf, hasDrive, isOfRule, type LiveRun } from '#domain/runs/run.ts'
import { toEnded } from '#domain/runs/transitions.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { countsOf } from '#domain/schedules/statistics.ts'
import { instantOf } from '#domain/time.ts'
import { healthChanges } from '../health/count-health.ts'
import { recoveryChanges } from '../recovery/open-recovery.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import type { Change, World } from '../world.ts'
import { givePlacesBack } from './capacity.ts'
import { cleanUpChanges } from './clean-up-run.ts'
import { runChange } from './record.ts'
import { readScheduleFacts, scheduleChanges } from './schedule-consequences.ts'

export type EndingFacts = {
  readonly run: LiveRun
  /** The run as the table has it; undefined where the ending transaction is the one that opens it. */
  readonly stored: LiveRun | undefined
  readonly command: Command | undefined
  readonly reservation: Reservation | undefined
  readonly schedule: Schedule | undefined
}

type Ending = Extract<EndDecision, { kind: 'end' }>

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

const assetChanges = (
  { reservation, run }: EndingFacts,
  decision: Ending,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  if (!reservation) return []
  if (reservation.status === 'held') {
    const note = decision.end.message.slice(0, 500)
    return cancelChanges(reservation, { actor, note, because: 'not-used' }, world).changes
  }
  return decision.assets === 'release' || !hasDrive(run)
    ? releaseChanges(reservation, actor, undefined, world)
    : quarantineChanges(reservation, actor, world)
}

/** What a failure that is the last of so many asks of a person. */
const afterFailures: RecoveryNeed = { cause: 'failures', facts: [], options: [] }

/**
 * Everything that changes when a run ends, as one transaction: outcome, history, statistics, assets, places, mailbox, schedule,
 * and what is left to a person.
 */
export const endingChanges = async (
  facts: EndingFacts,
  decision: Ending,
  actor: Actor,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Change[]> => {
  const { run, stored, schedule, reservation } = facts
  const { workspaceId, scheduleId } = run
  const ended = { ...toEnded(run, decision.outcome, decision.end), version: (stored?.version ?? 0) + 1 }
  const about = await readScheduleFacts(run, decision, schedule, world)
  const need = decision.recovery ?? (about.fails ? afterFailures : undefined)
  const ofSchedule = scheduleChanges({ run, schedule, about }, decision, actor, world)
  return [
    ...runChange(world, stored, ended, `run.${decision.outcome}`, actor),
    ...assetChanges(facts, decision, actor, world),
    ...(await givePlacesBack(workspaceId, run.id, driveOf(run), world)),
    ...commandChanges(facts.command, decision.end.message, world),
    ...ofSchedule,
    ...(need
      ? await recoveryChanges(
          {
            run,
            need,
            message: decision.end.message,
            schedule: ofSchedule.length > 0,
            quarantine: decision.assets === 'quarantine' ? reservation : undefined,
            actor,
          },
          world,
        )
      : []),
    ...(await healthChanges(run, decision.outcome, decision.end, world)),
    ...(await cleanUpChanges(run, decision, world)),
    ...(scheduleId ? [{ type: 'count' as const, workspaceId, scheduleId, counts: countsOf(ended) }] : []),
  ]
}
