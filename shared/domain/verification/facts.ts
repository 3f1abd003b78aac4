import type { Asset } from '../assets/asset.ts'
import type { OpeningHours, Span } from '../assets/opening-hours.ts'
import type { Conflict } from '../conflicts/conflict.ts'
import type { AssetId, OrderId } from '../ids.ts'
import type { Place } from '../orders/companion.ts'
import type { Order } from '../orders/order.ts'
import type { Thresholds, Work } from '../people/workload.ts'
import type { Plan, PlanItem } from '../plans/plan.ts'
import type { Slot } from '../plans/slot.ts'
import type { OpenRecovery } from '../recovery/recovery.ts'
import type { DutyException, Rotation } from '../rotations/rotation.ts'
import type { Day } from '../time.ts'
import type { FindingCode, FindingSeverity } from './verification.ts'

/** Everything that an audit rests on, as it was read. */
export type Facts = {
  readonly nowMs: number
  /** Whose clocks tell which day it is. */
  readonly timeZone: string
  readonly today: Day
  /** The coming days; duties are looked at for longer. */
  readonly span: Span
  readonly dutyDays: readonly Day[]
  readonly assets: ReadonlyMap<AssetId, Asset>
  /** Opening hours as they hold for an asset, its own or those of its type. */
  readonly hoursOf: (asset: Asset) => OpeningHours | undefined
  readonly rotation: Pick<Rotation, 'duties'>
  readonly exceptions: readonly DutyException[]
  /** Orders that wait, and those that the slots serve. */
  readonly orders: ReadonlyMap<OrderId, Order>
  /** Slots that begin in the coming days, and those that began in the last seven. */
  readonly slots: readonly Slot[]
  /** Where orders stand that others follow; nothing for those that stand nowhere. */
  readonly places: ReadonlyMap<OrderId, Place>
  /** Those that are open, and those of type `absent` that somebody decided about. */
  readonly conflicts: readonly Conflict[]
  /** What people have, from the Monday of this week to the Sunday after the coming days. */
  readonly work: readonly Work[]
  readonly thresholds: Thresholds
  /** Assignment plans that nobody has decided about, with their items; the newest first. */
  readonly proposals: readonly { readonly plan: Plan; readonly items: readonly PlanItem[] }[]
  readonly recoveries: readonly OpenRecovery[]
}

/** What a rule finds. `key` is what its cause is made of: a finding that was resolved comes back when it changes. */
export type Found = {
  readonly severity: FindingSeverity
  readonly message: string
  readonly about: readonly string[]
  readonly date?: Day
  readonly key: readonly unknown[]
}
export type Rule = (facts: Facts) => Found[]
export type Rules = { readonly [C in FindingCode]: Rule }

/** An asset's name, for messages. */
export const nameOf = ({ assets }: Pick<Facts, 'assets'>, id: AssetId): string => assets.get(id)?.name ?? id
