import type { Actor } from '#domain/audit/entry.ts'
import { mayBeDriving } from '#domain/commands/command.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { msOf } from '#domain/time.ts'
import { transact } from '../common/transact.ts'
import { releaseChanges } from '../runs/end-run.ts'
import type { Change, World } from '../world.ts'

type Releasing = {
  readonly workspaceId: WorkspaceId
  readonly reservationId: ReservationId
  readonly actor: Actor
  readonly note: string
}

/**
 * Gives the assets of a claim in quarantine back; nothing where it is released already. The letter of the uncertain drive leaves
 * the mailbox, so that nothing of it can act any more.
 * @throws Refusal `not_found`, `invalid_state` (not in quarantine; the agent may still begin)
 */
export const quarantineChanges = async (
  { workspaceId, reservationId, actor, note }: Releasing,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Change[]> => {
  const reservation = await world.store.get('reservation', { workspaceId, id: reservationId })
  if (!reservation) throw notFound('reservation', reservationId)
  if (reservation.status === 'released') return []
  if (reservation.status !== 'quarantined')
    throw new Refusal(
      'invalid_state',
      `Reservation ${reservationId} is ${reservation.status}, not in quarantine. A live run is ended by aborting it, a booking by cancelling it.`,
      { current: reservation },
    )
  const run =
    reservation.source.kind === 'run'
      ? await world.store.get('run', { workspaceId, id: reservation.source.runId })
      : undefined
  const drive = run && 'drive' in run ? run.drive : undefined
  const letter =
    drive && (await world.store.get('command', { workspaceId, agentId: drive.agentId, id: drive.commandId }))
  // Granted and not heard of: the agent may have it on its way and begin with it until its time is over.
  if (letter?.status === 'granted' && world.clock.now() <= msOf(letter.notAfter))
    throw new Refusal(
      'invalid_state',
      `The agent was given command ${letter.id} and may still start it until ${letter.notAfter}. Look at the instrument and release it after that.`,
      { current: reservation },
    )
  const changes: Change[] = releaseChanges(reservation, actor, note, world)
  if (letter && mayBeDriving(letter))
    changes.push({
      type: 'remove',
      kind: 'command',
      key: { workspaceId, agentId: letter.agentId, id: letter.id },
      expect: letter.version,
    })
  return changes
}

/**
 * A person has looked at the instrument and gives its assets back. Releasing what is released already is success.
 * @throws Refusal `not_found`, `invalid_state` (not in quarantine)
 */
export const releaseQuarantine = (
  input: Releasing,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> =>
  transact(world, async () => {
    const { workspaceId, reservationId } = input
    const changes = await quarantineChanges(input, world)
    const released = changes.find((change) => change.type === 'put' && change.kind === 'reservation')
    if (released?.type === 'put' && released.kind === 'reservation') return { changes, result: released.value }
    const reservation = await world.store.get('reservation', { workspaceId, id: reservationId })
    if (!reservation) throw notFound('reservation', reservationId)
    return { changes: [], result: reservation }
  })
