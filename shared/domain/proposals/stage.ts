import type { ProposalStatus } from './proposal.ts'

/** A status, with what failed, and whether what is approved has its slot yet. */
export type Stage = Exclude<ProposalStatus, 'failed'> | 'committing' | 'failed-to-commit' | 'failed-to-submit'

/** The status that people are told. */
export const toldStatus = (stage: Stage): ProposalStatus => {
  switch (stage) {
    case 'committing':
      return 'approved'
    case 'failed-to-commit':
    case 'failed-to-submit':
      return 'failed'
    default:
      return stage
  }
}

type Staged = { readonly stage: Stage; readonly leftOut?: { readonly slotId?: unknown } | undefined }

/** Whether it waits for somebody to decide. */
export const isOpen = ({ stage }: Staged): boolean => stage === 'proposed' || stage === 'edited'

/** Whether approving it has it committed: it waits, or was approved and could not be. */
export const isTodo = (of: Staged): boolean => isOpen(of) || of.stage === 'failed-to-commit'

/** Whether an order that gets no place gives up the slot that it has. */
export const givesUpSlot = ({ stage, leftOut }: Staged): boolean =>
  stage === 'unassigned' && leftOut?.slotId !== undefined

/** Whether somebody approved it, and that was not in vain. */
export const isApproved = ({ stage }: Staged): boolean =>
  stage === 'committing' || stage === 'approved' || stage === 'submitted' || stage === 'failed-to-submit'
