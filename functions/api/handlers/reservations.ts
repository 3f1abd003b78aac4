import { bookReservation } from '#application/reservations/book-reservation.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { releaseQuarantine } from '#application/reservations/release-quarantine.ts'
import type { reservationRoutes } from '#contracts/http/routes/reservations.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import type { BookingHandlersOf } from './request.ts'

export const reservationHandlers: BookingHandlersOf<typeof reservationRoutes> = {
  createReservation: ({ params, body, caller }, world) =>
    bookReservation({ ...params, ...body, actor: caller.actor }, world),
  cancelReservation: ({ params: { workspaceId, reservationId }, body, caller }, world) => {
    const mayCancelOthers = caller.role !== undefined && roleAllows(caller.role, 'manager')
    return cancelReservation(
      { workspaceId, id: reservationId, actor: caller.actor, note: body.note, mayCancelOthers },
      world,
    )
  },
  releaseReservation: ({ params, body, caller }, world) =>
    releaseQuarantine({ ...params, ...body, actor: caller.actor }, world),
}
