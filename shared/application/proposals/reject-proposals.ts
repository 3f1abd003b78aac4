import type { Actor } from '#domain/audit/entry.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import { goesWith } from '#domain/proposals/groups.ts'
import { givesUpSlot, isOpen, isTodo } from '#domain/proposals/stage.ts'
import type { World } from '../world.ts'
import { choose } from './choose.ts'
import { dropItems } from './drop-items.ts'
import { groupsOf } from './judge-approval.ts'
import { type Outcomes, outcomesOf } from './outcomes.ts'
import { decidedBy, record, type Verdict } from './proposal-changes.ts'
import { type Assignment, type Entry, readAssignment } from './read-assignment.ts'

const mayStillGo = (entry: Entry): boolean => isTodo(entry) || givesUpSlot(entry)

/** What was to go for the sake of those that are rejected alone: it stays where it is. */
const spared = async (
  read: Assignment,
  rejected: ReadonlySet<OrderId>,
  world: Pick<World, 'store'>,
): Promise<ReadonlyMap<OrderId, OrderId>> => {
  const groupOf = await groupsOf(read, world)
  const isVictim = (entry: Entry): boolean => goesWith(entry, () => true) !== undefined
  const needed = new Set(
    [...read.entries.values()].flatMap((entry) =>
      rejected.has(entry.orderId) || isVictim(entry) || entry.stage === 'rejected' || entry.stage === 'expired'
        ? []
        : [...groupOf(entry.orderId).keys()],
    ),
  )
  return new Map(
    [...rejected].flatMap((root) =>
      [...groupOf(root)].filter(([id]) => {
        const entry = read.entries.get(id)
        // What moves along by itself is another matter than what makes way.
        return entry && !rejected.has(id) && !needed.has(id) && mayStillGo(entry) && entry.orderId !== root
      }),
    ),
  )
}

/**
 * Rejects proposals of an assignment: they are taken out of the plan, so that nobody commits them, and what was to make way for them
 * alone keeps its place. Twice is success.
 * @throws Refusal `not_found`, `invalid` (orders that are not in it), `invalid_state` (none of those that are named may be rejected)
 */
export const rejectProposals = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly planId: PlanId
    readonly actor: Actor
    /** All that wait for a decision, where it is left out. */
    readonly orderIds?: readonly OrderId[] | undefined
    readonly reason: string
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Outcomes> => {
  const { actor, reason } = of
  const read = await readAssignment(of, world)
  const { chosen, refused } = choose(read, of.orderIds, 'reject', isOpen)
  // Out of the plan and without a word is what died between the two.
  const todo = chosen.filter(({ proposal }) => proposal?.status !== 'rejected')
  const rejected = new Set(todo.map(({ orderId }) => orderId))
  const along = await spared(read, rejected, world)
  await dropItems(of, new Set([...rejected, ...along.keys()]), world)
  const said = { status: 'rejected', ...decidedBy(actor, world) } as const
  const verdicts = [...rejected, ...along.keys()].flatMap((id): Verdict[] => {
    const entry = read.entries.get(id)
    const whom = along.get(id)
    const why = whom ? { for: whom, reason: `It was to make way for order ${whom}, which was rejected.` } : { reason }
    return entry ? [{ entry, said: { ...said, ...why }, action: 'proposal.rejected' }] : []
  })
  await record(read.plan, verdicts, actor, world)
  const told = [...chosen.map(({ orderId }) => orderId), ...along.keys(), ...refused.map(({ entry }) => entry.orderId)]
  const why = new Map(refused.map(({ entry, reason: one }) => [entry.orderId, one.message] as const))
  return outcomesOf(await readAssignment(of, world), told, why)
}
