import { type Reason, Refusal } from '../errors.ts'
import type { OrderId } from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { type ProposalStatus, proposalStatuses } from './proposal.ts'
import { type Stage, toldStatus } from './stage.ts'

/** What people do with a proposal. */
export const decisions = {
  edit: 'put elsewhere (PATCH …/items/{orderId})',
  approve: 'approved',
  reject: 'rejected',
  resubmit: 'submitted again (POST …/resubmit)',
} as const
export type Decision = keyof typeof decisions

/** What each comes to from each stage; whatever is not here is refused. */
export const proposalTransitions: Readonly<Record<Stage, Readonly<Partial<Record<Decision, ProposalStatus>>>>> = {
  proposed: { edit: 'edited', approve: 'approved', reject: 'rejected' },
  edited: { edit: 'edited', approve: 'approved', reject: 'rejected' },
  unassigned: {},
  kept: {},
  // Asked again it goes on where it stopped.
  committing: { approve: 'approved' },
  approved: { approve: 'approved', resubmit: 'approved' },
  submitted: { approve: 'submitted' },
  'failed-to-commit': { edit: 'edited', approve: 'approved', reject: 'rejected' },
  'failed-to-submit': { resubmit: 'approved' },
  rejected: { reject: 'rejected' },
  expired: {},
}

const ways: Partial<Record<Stage, string>> = {
  unassigned: 'POST …/slots gives it a slot by hand, and says what is in the way.',
  kept: 'Change its slot (…/slots), where it is to be elsewhere.',
  rejected: 'Plan again, or give the order a slot by hand.',
  expired: 'Plan again, or give the order a slot by hand.',
  submitted: 'Change its slot (…/slots), and tell the outside system.',
}

/** Why a step is not taken, and which may be; undefined where it may. */
export const refusalOf = (orderId: OrderId, stage: Stage, decision: Decision): Reason | undefined => {
  const may = proposalTransitions[stage]
  if (may[decision] !== undefined) return undefined
  const status = toldStatus(stage)
  const open = keysOf(decisions).filter((one) => may[one] !== undefined && may[one] !== status)
  const advice =
    ways[stage] ??
    (open.length > 0 ? `It may be ${open.map((one) => decisions[one]).join(', or ')}.` : 'Nothing more is to be done.')
  return {
    code: `is-${status}`,
    message: `Order ${orderId} is ${status}: ${proposalStatuses[status]}. ${advice}`,
    facts: { orderId, status, may: open },
  }
}

/** @throws Refusal `invalid_state` */
export const checkDecision = (orderId: OrderId, stage: Stage, decision: Decision, current?: object): void => {
  const reason = refusalOf(orderId, stage, decision)
  if (reason) throw new Refusal('invalid_state', reason.message, { reasons: [reason], current })
}
