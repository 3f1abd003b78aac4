import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import { footprint } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'

/** Gives a booking back. Cancelling twice is success. @throws Refusal `not_found`, `forbidden`, `invalid_state` */
export const cancelReservation = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: ReservationId
    readonly actor: Actor
    readonly note: string
    readonly mayCancelOthers: boolean
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> =>
  transact(world, async () => {
    const { workspaceId, id, actor, note } = input
    const current = await world.store.get('reservation', { workspaceId, id })
    if (!current) throw notFound('reservation', id)
    if (current.status === 'cancelled') return { changes: [], result: current }
    if (current.source.kind === 'run')
      throw new Refusal(
        'invalid_state',
        `This reservation belongs to run ${current.source.runId}. Abort the run instead.`,
        { current },
      )
    if (current.status !== 'confirmed')
      throw new Refusal('invalid_state', `This reservation is ${current.status}; there is nothing to cancel.`, {
        current,
      })
    if (current.source.subject !== actorName(actor) && !input.mayCancelOthers)
      throw new Refusal(
        'forbidden',
        `${current.source.subject} made this booking. Ask them, or a manager, to cancel it.`,
      )
    const after: Reservation = {
      ...current,
      status: 'cancelled',
      endedAt: instantOf(world.clock.now()),
      version: current.version + 1,
    }
    const days = footprint({ startMs: msOf(current.start), endMs: msOf(current.end) })
    const changes: Change[] = [
      { type: 'put', kind: 'reservation', value: after, expect: current.version },
      ...current.assets.flatMap(({ assetId }) =>
        days.map((day): Change => ({ type: 'unclaim', workspaceId, assetId, item: day, reservationId: id })),
      ),
      auditOf(world, {
        workspaceId,
        subject: id,
        action: 'reservation.cancelled',
        actor,
        before: current,
        after,
        note,
      }),
    ]
    return { changes, result: after }
  })
