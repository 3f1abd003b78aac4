import type { Asset } from '../assets/asset.ts'
import type { Spacing } from '../assets/booking-rules.ts'
import type { OpeningHours, Span } from '../assets/opening-hours.ts'
import type { AssetId, OrderId, ReservationId } from '../ids.ts'
import type { OrderMode } from '../orders/mode.ts'
import type { Order } from '../orders/order.ts'
import type { OrderType } from '../orders/order-type.ts'
import type { Person } from '../people/person.ts'
import type { TidyWeights } from '../planning/tidy.ts'
import type { Turn } from '../rotations/turns.ts'
import type { Slot } from './slot.ts'

/** An asset as planning sees it. */
export type PlannedAsset = Pick<Asset, 'id' | 'name' | 'capacity'> & {
  readonly openingHours?: OpeningHours | undefined
  readonly person?: Person | undefined
  readonly spacing: Spacing
}

/** A claim that stands in the calendar and stays there. */
export type StandingClaim = Span & {
  readonly assetId: AssetId
  readonly reservationId?: ReservationId
  /** An order that has its place already. */
  readonly orderId?: OrderId
  readonly units: number
  readonly mode: OrderMode
  /** Type of its order. */
  readonly type?: string | undefined
}

/** An order to be planned: the assets that each of its requirements may be, and the slot that it has, where that may move. */
export type PlannedOrder = {
  readonly order: Order
  readonly candidates: readonly (readonly AssetId[])[]
  /** By requirement, where it is a duty: who alone may be it, and when. */
  readonly turns?: readonly (readonly Turn[] | undefined)[] | undefined
  /** What orders of its type have in common. */
  readonly type?: OrderType | undefined
  readonly slot?: Slot | undefined
  /** What it counts for in the search. */
  readonly worth: number
  /** Earliest start and latest end by the orders that it belongs to, where those have their places already. */
  readonly notBefore?: number | undefined
  readonly notAfter?: number | undefined
  /** What says so, for people. */
  readonly bond?: string
  /** Its slot cannot stay where it is. */
  readonly mayStay?: false
}

/** Prices as fractions of the mean value of the orders. */
export type Prices = { readonly move: number; readonly reassign: number; readonly drop: number }

export type PlanInput = {
  readonly orders: readonly PlannedOrder[]
  readonly assets: readonly PlannedAsset[]
  readonly claims: readonly StandingClaim[]
  readonly span: Span
  /** Nothing starts before. */
  readonly freezeMs: number
  readonly prices: Prices
  /** Orders that are not to be planned: whatever follows them waits. */
  readonly missing?: ReadonlySet<OrderId>
  /** What counts between plans of the same value and changes. */
  readonly tidy: TidyWeights
  /** All types of orders: what stands in the calendar may be of another than what is planned. */
  readonly types?: readonly OrderType[]
}
