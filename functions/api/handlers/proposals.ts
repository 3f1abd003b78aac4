import { editProposal } from '#application/proposals/edit-proposal.ts'
import type { Outcomes } from '#application/proposals/outcomes.ts'
import { readProposals } from '#application/proposals/read-proposals.ts'
import { rejectProposals } from '#application/proposals/reject-proposals.ts'
import { resubmitProposals } from '#application/proposals/resubmit-proposals.ts'
import { waitingAssignments } from '#application/proposals/waiting-assignments.ts'
import type { proposalRoutes } from '#contracts/http/routes/proposals.ts'
import type { ProposalHandlersOf } from './request.ts'

/** The answer types of zod are mutable; they are the same values. */
const told = ({ items, ...rest }: Outcomes) => ({ ...rest, items: [...items] })

/** What is done with proposals beside approving them. */
export const proposalHandlers: ProposalHandlersOf<typeof proposalRoutes> = {
  getWaitingAssignments: async ({ params }, world) => {
    const { items, ...rest } = await waitingAssignments(params, world)
    return { ...rest, items: [...items] }
  },
  getProposals: async ({ params: { workspaceId, assignmentId: planId }, query }, world) => {
    const { items, ...rest } = await readProposals({ workspaceId, planId, ...query }, world)
    return { ...rest, items: [...items] }
  },
  editProposal: ({ params: { workspaceId, assignmentId: planId, orderId }, body, caller: { actor, role } }, world) =>
    editProposal({ workspaceId, planId, orderId, actor, role, ...body }, world),
  rejectProposals: async ({ params: { workspaceId, assignmentId: planId }, body, caller: { actor } }, world) =>
    told(await rejectProposals({ workspaceId, planId, actor, ...body }, world)),
  resubmitProposals: async ({ params: { workspaceId, assignmentId: planId }, body, caller: { actor } }, world) =>
    told(await resubmitProposals({ workspaceId, planId, actor, ...body }, world)),
}
