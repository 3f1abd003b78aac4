import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { Plan } from '#domain/plans/plan.ts'
import type { Proposal } from '#domain/proposals/proposal.ts'
import { proposalIdOf } from '#domain/proposals/proposal-id.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { made, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import type { Entry } from './read-assignment.ts'

type ChangeWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** What a proposal says beside its address and its stamps. */
export type Said = Omit<
  Proposal,
  'workspaceId' | 'id' | 'planId' | 'orderId' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
>

/** A decision that is taken now. */
export const decidedBy = (actor: Actor, world: Pick<World, 'clock'>) => ({
  by: actorName(actor),
  at: instantOf(world.clock.now()),
})

/** A proposal as it is to be said from now on, with its history entry. */
export const proposalChanges = (
  { workspaceId, id: planId }: Pick<Plan, 'workspaceId' | 'id'>,
  { orderId, proposal: before }: Pick<Entry, 'orderId' | 'proposal'>,
  said: Said,
  action: string,
  actor: Actor,
  world: ChangeWorld,
): Change[] => {
  const id = before?.id ?? proposalIdOf(planId, orderId)
  const { createdAt, createdBy } = before ?? made(actor, world)
  const stamps = { createdAt, createdBy, ...touched(actor, world), version: (before?.version ?? 0) + 1 }
  const after: Proposal = { workspaceId, id, planId, orderId, ...said, ...stamps }
  return [
    { type: 'put', kind: 'proposal', value: after, expect: before?.version ?? 'absent' },
    auditOf(world, { workspaceId, subject: id, action, actor, before, after, note: said.reason }),
  ]
}

export type Verdict = {
  readonly entry: Pick<Entry, 'orderId' | 'proposal'>
  readonly said: Said
  readonly action: string
}

/** In one transaction; each is a document and its history entry. */
const together = 40

/** Writes down what was decided, or came of it, so many at a time; those that another writer was faster with are left as they are. */
export const record = async (
  plan: Pick<Plan, 'workspaceId' | 'id'>,
  verdicts: readonly Verdict[],
  actor: Actor,
  world: ChangeWorld,
): Promise<void> => {
  const { workspaceId } = plan
  for (let at = 0; at < verdicts.length; at += together) {
    const some = verdicts.slice(at, at + together)
    await transact(world, async () => {
      const now = await world.store.getMany(
        'proposal',
        some.map(({ entry }) => ({ workspaceId, id: proposalIdOf(plan.id, entry.orderId) })),
      )
      const changes = some.flatMap(({ entry, said, action }, index) =>
        now[index]?.version === entry.proposal?.version ? proposalChanges(plan, entry, said, action, actor, world) : [],
      )
      return { changes, result: undefined }
    })
  }
}
