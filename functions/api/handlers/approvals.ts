import { approveProposals } from '#application/proposals/approve-proposals.ts'
import type { approvalRoutes } from '#contracts/http/routes/approvals.ts'
import type { ApprovalHandlersOf } from './request.ts'
import { inTime } from './within.ts'

/** What is done by the function that commits what is approved. */
export const approvalHandlers: ApprovalHandlersOf<typeof approvalRoutes> = {
  approveProposals: async ({ params: { workspaceId, assignmentId: planId }, body, caller: { actor } }, world) => {
    const { items, ...rest } = await approveProposals({ workspaceId, planId, actor, ...body }, world, inTime())
    return { ...rest, items: [...items] }
  },
}
