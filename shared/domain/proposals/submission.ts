import type { AssetId, ConnectorId, OrderId, PlanId, ProposalId, SlotId, WorkspaceId } from '../ids.ts'
import type { PlanItem } from '../plans/plan.ts'
import { hours, minutes } from '../time.ts'
import type { Proposal } from './proposal.ts'

type Named = { readonly id: AssetId; readonly name: string; readonly units: number }

/** What an outside system is told of one approved proposal: the contract of connectors. */
export type Submission = {
  /** The same however often it is sent: what is done once for it is done. */
  readonly id: ProposalId
  readonly workspaceId: WorkspaceId
  readonly planId: PlanId
  readonly connectorId: ConnectorId
  /** assign: the order has a slot now; move: it had one elsewhere; withdraw: it has none any more. */
  readonly action: 'assign' | 'move' | 'withdraw'
  readonly order: {
    readonly id: OrderId
    readonly name: string
    readonly type?: string
    readonly externalReference?: string
    readonly priority: number
    readonly durationMinutes: number
    readonly due?: string
  }
  /** Of `withdraw`: the slot that it had. */
  readonly slot: { readonly id: SlotId; readonly start: string; readonly end: string }
  readonly people: readonly Named[]
  readonly assets: readonly Named[]
  /** Of `move`: where it stood before. */
  readonly former?: { readonly start: string; readonly assetIds: readonly AssetId[] }
  /** The order that it makes way for. */
  readonly makesWayFor?: OrderId
  /** Orders that make way for it, and what becomes of each. */
  readonly swaps?: NonNullable<NonNullable<PlanItem['assigned']>['swaps']>
  readonly approvedBy: string
  readonly approvedAt: string
}

/** What gives up a slot comes first, then what moves: their places are for others. */
export const urgencyOf = ({ gaveUp, for: whom }: Pick<Proposal, 'gaveUp' | 'for'>): number =>
  gaveUp ? 0 : whom ? 1 : 2

/** What came of a try. */
export type Outcome =
  | { readonly kind: 'taken'; readonly reference?: string | undefined }
  /** Trying again would not help. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'again'; readonly message: string }

/** Between tries; after the last of them it is given up. */
const pausesMs = [minutes(1), minutes(5), minutes(30), hours(2), hours(6)]

/** When to try again after so many tries have failed; undefined: not any more. */
export const nextSubmitMs = (failed: number, nowMs: number): number | undefined => {
  const pause = pausesMs[failed - 1]
  return pause === undefined ? undefined : nowMs + pause
}

/** A try that was begun and of which nothing was heard is begun again after this long. */
export const submittingForMs = minutes(5)

/** Whether an answer to a submission means that it can never be taken as it is. */
export const isFinalStatus = (status: number): boolean =>
  status >= 400 && status <= 499 && ![408, 425, 429].includes(status)
