import { notFound } from '#domain/errors.ts'
import { checkDecision } from '#domain/proposals/transitions.ts'
import { type Edit, editItem } from '../plans/edit-item.ts'
import type { World } from '../world.ts'
import { decidedBy, proposalChanges } from './proposal-changes.ts'
import { readAssignment } from './read-assignment.ts'
import { type ProposalView, viewOf } from './read-proposals.ts'

/**
 * Puts a proposal elsewhere by hand. It is checked at once, with all reasons; whoever decides at the same moment decides of the one or
 * the other. @throws Refusal `not_found`, `invalid`, `invalid_state` (it is decided, or there is nothing to put), `asset_busy`, `against_rules`
 */
export const editProposal = async (
  of: Omit<Edit, 'drop'>,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<ProposalView> => {
  const { orderId, actor, workspaceId } = of
  const decide = async () => {
    const { plan, entries } = await readAssignment(of, world)
    const entry = entries.get(orderId)
    if (!entry) throw notFound('proposal', orderId)
    checkDecision(orderId, entry.stage, 'edit', entry.proposal)
    const said = { status: 'edited', ...decidedBy(actor, world) } as const
    return proposalChanges(plan, entry, said, 'proposal.edited', actor, world)
  }
  await decide()
  await editItem(of, world, decide)
  const { plan, entries } = await readAssignment(of, world)
  const entry = entries.get(orderId)
  const order = await world.store.get('order', { workspaceId, id: orderId })
  if (!entry) throw notFound('proposal', orderId)
  return viewOf(plan, entry, order)
}
