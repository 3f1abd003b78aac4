import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import { isUnsettled } from '#domain/proposals/proposal.ts'
import { givesUpSlot, isOpen, isTodo } from '#domain/proposals/stage.ts'
import { instantOf, minutes } from '#domain/time.ts'
import type { Deadline } from '../common/deadline.ts'
import type { CommitWorld } from '../plans/begin-commit.ts'
import type { World } from '../world.ts'
import { choose } from './choose.ts'
import { commitApproved } from './commit-approved.ts'
import { groupsOf, type Judged, judgeApproval } from './judge-approval.ts'
import { type Outcomes, outcomesOf } from './outcomes.ts'
import { decidedBy, record, type Verdict } from './proposal-changes.ts'
import { type Assignment, type Entry, readAssignment } from './read-assignment.ts'
import { reopenItems } from './reopen-items.ts'
import { settleProposals } from './settle-proposals.ts'

type Approval = {
  readonly workspaceId: WorkspaceId
  readonly planId: PlanId
  readonly actor: Actor
  /** All that wait for a decision, where it is left out. */
  readonly orderIds?: readonly OrderId[] | undefined
  /** Version of the plan that the person saw. */
  readonly planVersion?: number | undefined
}

/** What nobody has decided yet is approved as it was seen. @throws Refusal `invalid_state` where it was edited since */
const checkSeen = ({ plan }: Assignment, todo: readonly Entry[], seen: number | undefined): void => {
  if (seen === undefined || plan.version === seen || todo.every(({ proposal }) => proposal !== undefined)) return
  throw new Refusal(
    'invalid_state',
    `Proposals were edited or decided since you looked (\`planVersion\` ${seen}, now ${plan.version}). Look at them again, then approve with ${plan.version}.`,
    { current: plan },
  )
}

/** Whoever approved it would have asked again by then. */
const leftAloneMs = minutes(5)

/** Has what failed wait to be committed again, with what was to make way for it and failed, too. */
const reopen = async (
  of: Approval,
  read: Assignment,
  todo: readonly Entry[],
  world: CommitWorld,
): Promise<Assignment> => {
  const groupOf = await groupsOf(read, world)
  const again = new Set(
    todo.filter(({ stage }) => stage === 'failed-to-commit').flatMap(({ orderId }) => [...groupOf(orderId).keys()]),
  )
  if (again.size === 0) return read
  await reopenItems(of, again, world)
  return readAssignment(of, world)
}

/** The decisions: what is committed, and what cannot be. */
const verdictsOf = (
  { entries }: Assignment,
  { approved, failed }: Judged,
  actor: Actor,
  world: Pick<World, 'clock'>,
): Verdict[] => {
  const decided = decidedBy(actor, world)
  const dueAt = instantOf(world.clock.now() + leftAloneMs)
  return [
    ...[...approved].flatMap(([orderId, whom]): Verdict[] => {
      const entry = entries.get(orderId)
      // What makes way may have gone before, for another.
      if (!entry || !(isTodo(entry) || givesUpSlot(entry))) return []
      const sake = whom !== orderId && { for: whom }
      return [{ entry, said: { status: 'approved', ...decided, ...sake, dueAt }, action: 'proposal.approved' }]
    }),
    ...[...failed].flatMap(([orderId, message]): Verdict[] => {
      const entry = entries.get(orderId)
      if (!entry) return []
      const problem = { at: 'commit', message: message.slice(0, 2_000) } as const
      return [{ entry, said: { status: 'failed', ...decided, problem }, action: 'proposal.failed' }]
    }),
  ]
}

/**
 * Approves proposals of an assignment: writes down the decision, commits them, each judged anew by the world as it is, with what makes way for
 * them, and tells what came of each. Asked again it goes on where it stopped, and does nothing twice.
 * @throws Refusal `not_found`, `invalid` (orders that are not in it), `invalid_state` (none of those that are named may be
 * approved, or some were edited since they were seen)
 */
export const approveProposals = async (of: Approval, world: CommitWorld, deadline: Deadline): Promise<Outcomes> => {
  const { actor, orderIds } = of
  const before = await readAssignment(of, world)
  const meant = (entry: Entry): boolean => isOpen(entry) || entry.stage === 'committing'
  const { chosen, refused } = choose(before, orderIds, 'approve', meant)
  checkSeen(before, chosen.filter(isTodo), of.planVersion)
  const wanted = chosen.filter(isTodo).map(({ orderId }) => orderId)
  const read = await reopen(of, before, chosen.filter(isTodo), world)
  const todo = wanted.flatMap((id) => read.entries.get(id) ?? [])
  const judged = await judgeApproval(read, todo, world)
  await record(read.plan, verdictsOf(read, judged, actor, world), actor, world)
  const progress = await commitApproved(of, world, deadline)
  const after =
    progress.kind === 'pending' ? await readAssignment(of, world) : await settleProposals(of, progress, world)
  const told = [
    ...chosen.map(({ orderId }) => orderId),
    ...judged.approved.keys(),
    ...[...before.entries.values()].flatMap(({ orderId, proposal }) =>
      proposal && isUnsettled(proposal) ? [orderId] : [],
    ),
    ...refused.map(({ entry }) => entry.orderId),
  ]
  const why = new Map([
    ...judged.along,
    ...refused.map(({ entry, reason }) => [entry.orderId, reason.message] as const),
  ])
  return outcomesOf(after, told, why)
}
