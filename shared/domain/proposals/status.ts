import type { Plan, PlanItem } from '../plans/plan.ts'
import { dayMs, msOf } from '../time.ts'
import { expireDays, isUnsettled, type Proposal, type ProposalStatus } from './proposal.ts'
import type { Stage } from './stage.ts'

export type Situation = {
  readonly plan: Pick<Plan, 'status' | 'createdAt' | 'supersededBy'>
  /** None, where the plan leaves the order out. */
  readonly item?: Pick<PlanItem, 'state' | 'start'> | undefined
  readonly proposal?: Proposal | undefined
  readonly nowMs: number
}

/** Whether nobody may decide any more: the plan is not wanted, or it waited too long. */
const isPlanOver = ({ plan, nowMs }: Situation): boolean =>
  plan.status === 'superseded' ||
  plan.supersededBy !== undefined ||
  plan.status === 'rejected' ||
  msOf(plan.createdAt) + expireDays * dayMs <= nowMs

/** Whether a proposal of a status is over; what could not be committed may be put at a later time. */
const isOver = (status: ProposalStatus, of: Situation): boolean => {
  const { item, proposal, nowMs } = of
  if (status === 'failed') return proposal?.problem?.at !== 'submit' && isPlanOver(of)
  const isWaiting = status === 'proposed' || status === 'edited' || status === 'unassigned'
  return isWaiting && (isPlanOver(of) || (item !== undefined && msOf(item.start) <= nowMs))
}

const ofItem = (item: Situation['item']): ProposalStatus => {
  switch (item?.state) {
    case undefined:
      return 'unassigned'
    case 'committed':
      return 'approved'
    case 'dropped':
      return 'rejected'
    case 'proposed':
    case 'edited':
    case 'kept':
    case 'failed':
      return item.state
  }
}

/** Whether the item tells how it stands, whatever was decided before: it was taken out, its slot stays, or the plan itself was committed. */
const isPlain = ({ item, proposal }: Situation): boolean =>
  item?.state === 'dropped' ||
  item?.state === 'kept' ||
  (item?.state === 'committed' &&
    (proposal?.status === 'edited' || proposal?.status === 'rejected' || proposal?.problem?.at === 'commit'))

/** How it stands with one order of an assignment. */
export const statusOf = (of: Situation): ProposalStatus => {
  const { item, proposal } = of
  const status = proposal && !isPlain(of) ? proposal.status : ofItem(item)
  return isOver(status, of) ? 'expired' : status
}

/** The same, as far as it decides what may be done next. */
export const stageOf = (of: Situation): Stage => {
  const status = statusOf(of)
  if (status === 'failed') return of.proposal?.problem?.at === 'submit' ? 'failed-to-submit' : 'failed-to-commit'
  return status === 'approved' && of.proposal && isUnsettled(of.proposal) ? 'committing' : status
}
