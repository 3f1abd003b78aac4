import type { Asset } from '../assets/asset.ts'
import type { Terms } from '../assets/asset-type.ts'
import type { AssetId, ReservationId } from '../ids.ts'
import type { Account, AccountId } from '../reservations/account.ts'
import type { AssetLedger, Interval } from '../reservations/ledger.ts'
import type { Role } from '../workspaces/workspace.ts'
import type { Quota } from './quota.ts'
import type { Waiver } from './waiver.ts'

/**
 * What is about to be done. `book`: a person's new reservation; `change`: another time or other assets for one that stands;
 * `hold`: ahead for a schedule; `block`: maintenance; `start`: a run or a check-in, now.
 */
export type Operation = 'book' | 'change' | 'hold' | 'block' | 'start'

/** A reservation that stands already: what it has is not asked of others again. */
export type Own = {
  readonly id: ReservationId
  readonly span: Interval
  readonly assets: readonly { readonly assetId: AssetId; readonly units: number }[]
}

/** One asset that is asked for. */
export type Part = {
  /** Into the request, as a JSON pointer. */
  readonly path: string
  readonly assetId: AssetId
  readonly units: number
  readonly asset: Asset | undefined
  readonly terms: Terms
  readonly ledger: AssetLedger
  /** The capability or qualification that it was asked for by; nothing where it was named. */
  readonly need?: string | undefined
}

/** What an order of a type is allowed on the people who do it. Gaps in minutes. */
export type Work = {
  readonly type: string
  readonly perPersonPerDay?: number | undefined
  readonly gapMinutes?: number | undefined
  /** What other types ask for, by type. */
  readonly gaps?: Readonly<Record<string, number>> | undefined
}

/** Everything that the rules ask about one request: read before, judged without reading. */
export type Ask = {
  readonly operation: Operation
  readonly span: Interval
  readonly parts: readonly Part[]
  readonly nowMs: number
  /** How far ahead anything may end. */
  readonly horizonMs: number
  readonly setup?: string | undefined
  /** The type of the order that it is for. */
  readonly work?: Work | undefined
  /** The reservation that is being changed or started, which does not stand in its own way. */
  readonly own?: Own | undefined
  /** For whom: limits, quotas and waivers. */
  readonly subject?: string | undefined
  readonly role?: Role | undefined
  readonly project?: string | undefined
  readonly accounts: readonly AccountId[]
  readonly use: readonly Account[]
  readonly quotas: readonly Quota[]
  readonly waivers: readonly Waiver[]
  /** Assets by type, for quotas on a type. */
  readonly typedAssets?: Readonly<Record<string, readonly AssetId[]>> | undefined
  /** Rules that the caller overrides in this very request. */
  readonly override?: { readonly codes: readonly string[]; readonly by: string; readonly role: Role } | undefined
}
