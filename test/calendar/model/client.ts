import { changeAsset } from '#application/assets/change-asset.ts'
import { createAsset } from '#application/assets/create-asset.ts'
import { bookReservation } from '#application/reservations/book-reservation.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { changeReservation } from '#application/reservations/change-reservation.ts'
import { checkIn, checkOut } from '#application/reservations/check-in.ts'
import { confirmReservation } from '#application/reservations/confirm-reservation.ts'
import type { Store, World } from '#application/world.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, minutes } from '#domain/time.ts'
import type { Operation, Outcome } from './oracle.ts'

/** Shortly before midnight, so that intervals lie on both sides of it. */
export const nowMs = Date.UTC(2026, 10, 30, 22)
const actor = { kind: 'person', subject: 'sam' } as const
const role = 'manager' as const
const at = (minute: number): string => instantOf(nowMs + minutes(minute))

type Core = Pick<World, 'store' | 'clock' | 'ids'>
export type Answer = { readonly outcome: Outcome; readonly id: string }

const outcomeOf = (error: unknown): Outcome => {
  if (!(error instanceof Refusal)) throw error
  if (error.code === 'asset_busy') return 'busy'
  if (error.code === 'invalid_state') return 'invalid-state'
  const codes = error.reasons.map(({ code }) => code)
  if (error.code === 'invalid' && codes.includes('empty-interval')) return 'empty'
  if (error.code === 'invalid' && codes.includes('above-capacity')) return 'above-capacity'
  throw error
}

/** An asset in a world whose clock stands, and the operations of the model on it, through the use cases. */
export const createBench = async (store: Store, workspaceId: WorkspaceId, capacity: number, unique: () => string) => {
  const world: Core = { store, clock: { now: () => nowMs }, ids: { unique } }
  const { id: assetId }: { id: AssetId } = await createAsset(
    { workspaceId, actor, asset: { name: 'Rack', kind: 'resource', capacity, capabilities: [], tags: [] } },
    world,
  )
  const perform = async (operation: Operation): Promise<{ id: string } | Reservation> => {
    const address = (target: string) => ({ workspaceId, id: target as ReservationId, actor, role })
    switch (operation.kind) {
      case 'book':
      case 'hold': {
        const { from, to, units, kind } = operation
        const hold = kind === 'hold' ? { holdMinutes: 600 } : {}
        return bookReservation(
          { workspaceId, actor, role, assets: [{ assetId, units }], start: at(from), end: at(to), ...hold },
          world,
        )
      }
      case 'confirm':
        return confirmReservation(address(operation.target), world)
      case 'cancel':
        return cancelReservation({ ...address(operation.target), note: 'Not needed' }, world)
      case 'check-in':
        return checkIn(address(operation.target), world)
      case 'check-out':
        return checkOut(address(operation.target), world)
      case 'move':
        return changeReservation(
          { ...address(operation.target), patch: { start: at(operation.from), end: at(operation.to) } },
          world,
        )
      case 'end':
        return changeReservation({ ...address(operation.target), patch: { end: at(operation.to) } }, world)
      case 'capacity':
        return changeAsset(
          { workspaceId, id: assetId, actor, version: 'any', patch: { capacity: operation.units } },
          world,
        )
    }
  }
  return {
    assetId,
    world,
    ask: async (operation: Operation): Promise<Answer> => {
      try {
        return { outcome: 'done', id: (await perform(operation)).id }
      } catch (error) {
        return { outcome: outcomeOf(error), id: '' }
      }
    },
  }
}
