import { Refusal } from '#domain/errors.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import { system } from '../common/audit.ts'
import { confirmReservation } from '../reservations/confirm-reservation.ts'
import type { World } from '../world.ts'

/**
 * Confirms a time of a series, if the series stands: until then it may be one of a few that are held to find out whether all
 * can be had. What somebody else has to confirm stays held. Twice does no harm. @returns whether it is confirmed
 */
export const confirmTime = async (
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: ReservationId },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<boolean> => {
  const held = await world.store.get('reservation', { workspaceId, id })
  if (held?.status !== 'held' || held.seriesId === undefined || held.needsApprovalBy !== undefined) return false
  const series = await world.store.get('series', { workspaceId, id: held.seriesId })
  if (series?.status !== 'active' || !series.times.some(({ reservationId }) => reservationId === id)) return false
  try {
    await confirmReservation({ workspaceId, id, actor: system('series') }, world)
    return true
  } catch (error) {
    // It expired, or its owner gave it back meanwhile.
    if (error instanceof Refusal && error.code === 'invalid_state') return false
    throw error
  }
}
