import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import { isUnsettled, type Proposal } from '#domain/proposals/proposal.ts'
import { instantOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import type { Deadline } from '../common/deadline.ts'
import { beginCommit } from '../plans/begin-commit.ts'
import type { World } from '../world.ts'
import { type Progress, progressOf, waitingOrders } from './commit-approved.ts'
import { record } from './proposal-changes.ts'
import { readAssignment } from './read-assignment.ts'
import { settleProposals } from './settle-proposals.ts'
import { submitDue } from './submit-due.ts'

type CareWorld = Pick<World, 'store' | 'clock' | 'ids' | 'hooks'>

const actor = system('proposals')
/** Pages of what is due that are looked at in one go. */
const mostPages = 5

const dueNow = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock'>,
): Promise<readonly Proposal[]> => {
  const until = instantOf(world.clock.now())
  const found: Proposal[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const { items, next } = await world.store.dueProposals(workspaceId, { limit: 100, cursor }, until)
    found.push(...items)
    cursor = next
    if (cursor === undefined) break
  }
  return found
}

/** How far a commit of what is approved is; one that was never begun is begun, and gone on with by whoever resumes commits. */
const goOn = async (workspaceId: WorkspaceId, planId: PlanId, world: CareWorld): Promise<Progress> => {
  const read = await readAssignment({ workspaceId, planId }, world)
  if (read.plan.status === 'committing') return { kind: 'pending' }
  const orderIds = await waitingOrders(read, world)
  if (orderIds.length === 0) return { kind: 'done' }
  try {
    const commit = { workspaceId, planId, actor, orderIds, tentative: false, anyRevision: true } as const
    const { status } = await beginCommit(commit, world)
    return { kind: status === 'committing' ? 'pending' : 'done' }
  } catch (error) {
    return progressOf(error)
  }
}

/** Decisions that were taken while their plan was removed: nobody commits them any more. */
const endStray = (stray: readonly Proposal[], world: CareWorld): Promise<unknown> =>
  Promise.all(
    stray.map((proposal) => {
      const { workspaceId, planId: id, orderId, by, at } = proposal
      const problem = { at: 'commit', message: 'Its plan was removed meanwhile.' } as const
      const said = { status: 'failed', by, at, problem } as const
      return record(
        { workspaceId, id },
        [{ entry: { orderId, proposal }, said, action: 'proposal.failed' }],
        actor,
        world,
      )
    }),
  )

/**
 * Looks after what people approved and nobody asks for any more: its commit is gone on with, what came of it is written down, and it is told
 * to the outside system.
 */
export const lookAfterProposals = async (
  workspaceId: WorkspaceId,
  world: CareWorld,
  deadline: Deadline,
  onFailure: OnFailure = () => undefined,
): Promise<{ readonly settled: number; readonly submitted: number; readonly failed: number }> => {
  const due = await dueNow(workspaceId, world)
  let settled = 0
  for (const [planId, unsettled] of Map.groupBy(due.filter(isUnsettled), (proposal) => proposal.planId)) {
    if (deadline()) break
    await apart(
      planId,
      async () => {
        if (!(await world.store.get('plan', { workspaceId, id: planId }))) return endStray(unsettled, world)
        const progress = await goOn(workspaceId, planId, world)
        if (progress.kind === 'pending') return
        await settleProposals({ workspaceId, planId, actor }, progress, world)
        settled += 1
      },
      onFailure,
    )
  }
  return { settled, ...(await submitDue(workspaceId, due, world, deadline, onFailure)) }
}
