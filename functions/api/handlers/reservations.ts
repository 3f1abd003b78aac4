import { bookReservation } from '#application/reservations/book-reservation.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { changeReservation } from '#application/reservations/change-reservation.ts'
import { checkIn, checkOut } from '#application/reservations/check-in.ts'
import { confirmReservation } from '#application/reservations/confirm-reservation.ts'
import { importReservations } from '#application/reservations/import-reservations.ts'
import { releaseQuarantine } from '#application/reservations/release-quarantine.ts'
import { transferReservation } from '#application/reservations/transfer-reservation.ts'
import type { reservationRoutes } from '#contracts/http/routes/reservations.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Caller } from '../authorise.ts'
import type { BookingHandlersOf } from './request.ts'

type Params = { readonly workspaceId: WorkspaceId; readonly reservationId: ReservationId }
const addressOf = ({ workspaceId, reservationId }: Params, { actor, role }: Caller) => ({
  workspaceId,
  id: reservationId,
  actor,
  role,
})

export const reservationHandlers: BookingHandlersOf<typeof reservationRoutes> = {
  createReservation: ({ params, body, caller: { actor, role, groups } }, world) =>
    bookReservation({ ...params, ...body, actor, role, groups }, world),
  importReservations: async ({ params, body, caller: { actor, role } }, world) => {
    const { booked, problems, dryRun } = await importReservations({ ...params, ...body, actor, role }, world)
    return { dryRun, booked: [...booked], problems: problems.map((problem) => ({ ...problem })) } as never
  },
  changeReservation: ({ params, body: { override, ...patch }, version, caller }, world) =>
    changeReservation({ ...addressOf(params, caller), version, patch, override }, world),
  confirmReservation: ({ params, body, caller }, world) =>
    confirmReservation({ ...addressOf(params, caller), ...body }, world),
  cancelReservation: ({ params, body, caller }, world) =>
    cancelReservation({ ...addressOf(params, caller), ...body }, world),
  transferReservation: ({ params, body, caller }, world) =>
    transferReservation({ ...addressOf(params, caller), ...body }, world),
  checkIn: ({ params, caller }, world) => checkIn(addressOf(params, caller), world),
  checkOut: ({ params, body, caller }, world) => checkOut({ ...addressOf(params, caller), ...body }, world),
  releaseReservation: ({ params, body, caller }, world) =>
    releaseQuarantine({ ...params, ...body, actor: caller.actor }, world),
}
