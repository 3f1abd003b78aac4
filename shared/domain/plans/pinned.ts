import type { OrderId } from '../ids.ts'
import { boundToPlaces } from './bound-to-places.ts'
import type { Draft } from './items-of.ts'
import { placeOf } from './place.ts'
import type { PlanInput, PlannedOrder, StandingClaim } from './plan-input.ts'
import type { Slot } from './slot.ts'

type Standing = PlannedOrder & { readonly slot: Slot }

const claimsOf = ({ order, slot }: Standing): StandingClaim[] =>
  slot.assets.map((one) => ({
    ...one,
    ...placeOf(slot),
    reservationId: slot.reservationId,
    orderId: order.id,
    mode: slot.mode,
    type: order.type,
  }))

/**
 * The same to be planned, but that slots stay where they are, apart from those of some orders.
 * @returns it, with the orders that stay as the planner would have put them
 */
export const pinned = (
  input: PlanInput,
  free: ReadonlySet<OrderId>,
): { readonly input: PlanInput; readonly drafts: readonly Draft[] } => {
  const stays = (planned: PlannedOrder): planned is Standing =>
    planned.slot !== undefined && !free.has(planned.order.id)
  const standing = new Map(input.orders.filter(stays).map((planned) => [planned.order.id, planned]))
  const slots = [...standing.values()].map(({ slot }) => slot)
  const places = new Map(slots.map((slot) => [slot.orderId, placeOf(slot)]))
  const followers = Map.groupBy(slots, ({ follows }) => follows?.orderId)
  return {
    input: {
      ...input,
      orders: input.orders
        .filter(({ order }) => !standing.has(order.id))
        .map((planned) => boundToPlaces(planned, places, followers.get(planned.order.id) ?? [])),
      claims: [...input.claims, ...[...standing.values()].flatMap(claimsOf)],
    },
    drafts: [...standing.values()].map((planned) => ({
      planned,
      ...placeOf(planned.slot),
      assets: planned.slot.assets,
    })),
  }
}
