import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { activeConnector } from './active-connector.ts'
import { choose } from './choose.ts'
import { type Outcomes, outcomesOf, slotAndProblem } from './outcomes.ts'
import { decidedBy, record, type Verdict } from './proposal-changes.ts'
import { type Entry, readAssignment } from './read-assignment.ts'

/** The outside system has not taken it, and nobody is about to tell it. */
const isUntold = ({ stage, proposal }: Entry): boolean =>
  stage === 'failed-to-submit' || (stage === 'approved' && !proposal?.submission)

/**
 * Has proposals told to the outside system again, from the first try: those that could not be, and those that were approved while nobody was to
 * be told. @throws Refusal `not_found`, `invalid`, `invalid_state` (there is no active connector, or none of those that are named may be)
 */
export const resubmitProposals = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly planId: PlanId
    readonly actor: Actor
    readonly orderIds?: readonly OrderId[] | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Outcomes> => {
  const { workspaceId, actor, orderIds } = of
  const read = await readAssignment(of, world)
  const { chosen, refused } = choose(read, orderIds, 'resubmit', isUntold)
  const connector = await activeConnector(workspaceId, world)
  if (!connector && chosen.length > 0)
    throw new Refusal(
      'invalid_state',
      'There is no active connector to submit anything to. POST …/connectors makes one; PATCH …/connectors/{id} with "status": "active" resumes one.',
    )
  const verdicts = chosen.flatMap((entry): Verdict[] => {
    const { slotId } = slotAndProblem(entry)
    const {
      by,
      at,
      for: whom,
      gaveUp,
      reason,
    } = entry.proposal ?? (decidedBy(actor, world) as Partial<NonNullable<Entry['proposal']>>)
    if (!connector || by === undefined || at === undefined) return []
    const submission = { connectorId: connector.id, tries: [] }
    const dueAt = instantOf(world.clock.now())
    const had = { ...(whom && { for: whom }), ...(reason !== undefined && { reason }), ...(gaveUp && { gaveUp }) }
    const said = { status: 'approved', by, at, ...had, ...(slotId && { slotId }), submission, dueAt } as const
    return [{ entry, said, action: 'proposal.resubmitted' }]
  })
  await record(read.plan, verdicts, actor, world)
  const told = [...chosen, ...refused.map(({ entry }) => entry)].map(({ orderId }) => orderId)
  const why = new Map(refused.map(({ entry, reason }) => [entry.orderId, reason.message] as const))
  return outcomesOf(await readAssignment(of, world), told, why)
}
