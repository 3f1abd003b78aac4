import { fingerprint } from '../fingerprint.ts'
import type { OrderId, PlanId, ProposalId } from '../ids.ts'

/** What is decided of one order of a plan, once. */
export const proposalIdOf = (planId: PlanId, orderId: OrderId): ProposalId => `prp_${fingerprint([planId, orderId])}`
