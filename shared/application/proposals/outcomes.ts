import type { OrderId, PlanId, SlotId } from '#domain/ids.ts'
import type { Proposal, ProposalStatus } from '#domain/proposals/proposal.ts'
import { toldStatus } from '#domain/proposals/stage.ts'
import type { Assignment, Entry } from './read-assignment.ts'

/** What came of a request for one order. */
export type ProposalOutcome = {
  readonly orderId: OrderId
  readonly status: ProposalStatus
  readonly slotId?: SlotId | undefined
  readonly gaveUp?: SlotId | undefined
  readonly for?: OrderId | undefined
  readonly reason?: string | undefined
  readonly problem?: Proposal['problem'] | undefined
  /** Why it was not done. */
  readonly refused?: string | undefined
}
export type Outcomes = {
  readonly planId: PlanId
  /** Asking again goes on; what is approved and has no slot yet is committed by itself, too. */
  readonly isDone: boolean
  readonly counts: Readonly<Partial<Record<ProposalStatus, number>>>
  readonly items: readonly ProposalOutcome[]
}

/** What an order has now, and what went wrong. */
export const slotAndProblem = ({ item, proposal, stage }: Entry) => {
  const slotId = proposal?.slotId ?? (item?.state === 'committed' || item?.state === 'kept' ? item.slotId : undefined)
  const problem =
    (stage === 'expired' || toldStatus(stage) === 'failed' ? proposal?.problem : undefined) ??
    (item?.state === 'failed' && item.problem ? ({ at: 'commit', message: item.problem } as const) : undefined)
  return { ...(slotId && { slotId }), ...(problem && { problem }) }
}

export const countsOf = (entries: Iterable<Entry>): Outcomes['counts'] => {
  const counts: Partial<Record<ProposalStatus, number>> = {}
  for (const { stage } of entries) counts[toldStatus(stage)] = (counts[toldStatus(stage)] ?? 0) + 1
  return counts
}

/** What is answered of some orders: how each stands, and why nothing was done to it. */
export const outcomesOf = (
  { plan, entries }: Assignment,
  orderIds: Iterable<OrderId>,
  refused: ReadonlyMap<OrderId, string>,
): Outcomes => {
  const told = [...new Set(orderIds)].flatMap((id) => entries.get(id) ?? [])
  return {
    planId: plan.id,
    isDone: told.every(({ stage }) => stage !== 'committing'),
    counts: countsOf(told),
    items: told.map((entry): ProposalOutcome => {
      const { orderId, stage, proposal } = entry
      const why = refused.get(orderId)
      return {
        orderId,
        status: toldStatus(stage),
        ...slotAndProblem(entry),
        ...(proposal?.gaveUp && { gaveUp: proposal.gaveUp }),
        ...(proposal?.for && { for: proposal.for }),
        ...(proposal?.reason !== undefined && { reason: proposal.reason }),
        ...(why !== undefined && { refused: why }),
      }
    }),
  }
}
