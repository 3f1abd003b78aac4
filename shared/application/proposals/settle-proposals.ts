import type { Actor } from '#domain/audit/entry.ts'
import type { PlanId, SlotId, WorkspaceId } from '#domain/ids.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { standsFast } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { isUnsettled, type Proposal } from '#domain/proposals/proposal.ts'
import { urgencyOf } from '#domain/proposals/submission.ts'
import { instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { activeConnector } from './active-connector.ts'
import type { Progress } from './commit-approved.ts'
import { record, type Said, type Verdict } from './proposal-changes.ts'
import { type Assignment, type Entry, readAssignment } from './read-assignment.ts'

type Settling = Entry & { readonly proposal: Proposal }

/** What came of a commit for one order; undefined where that is not known yet. */
type Came = { readonly slotId: SlotId } | { readonly gaveUp: SlotId } | { readonly problem: string }

const cameOf = (
  { item, leftOut }: Settling,
  slots: ReadonlyMap<SlotId, Slot>,
  progress: Progress,
  nowMs: number,
): Came | undefined => {
  if (item?.state === 'committed' && item.slotId) return { slotId: item.slotId }
  if (item?.state === 'failed') return { problem: item.problem ?? 'It could not be committed.' }
  if (item?.state === 'dropped') return { problem: 'Somebody took it out of the plan meanwhile.' }
  if (item?.state === 'kept') return { problem: 'Somebody put it back where its slot is meanwhile.' }
  if (leftOut && !leftOut.slotId)
    return { problem: 'It keeps its slot: the order that it was to make way for was rejected meanwhile.' }
  const slot = leftOut?.slotId && slots.get(leftOut.slotId)
  if (leftOut?.slotId && !(slot && isLiveSlot(slot))) return { gaveUp: leftOut.slotId }
  if (progress.kind === 'refused') return { problem: progress.message }
  // What may still go was approved by another, whose commit is yet to come.
  return progress.kind === 'done' && slot && standsFast(slot, { nowMs, force: false })
    ? { problem: `Slot ${slot.id} stays: it is locked, has begun or is about to.` }
    : undefined
}

/** What is told of one that failed, for whose sake others have gone already. */
const inVain = (root: Settling, came: ReadonlyMap<Settling, Came>): string => {
  const gone = [...came].flatMap(([{ orderId, proposal }, one]) =>
    proposal.for === root.orderId && !('problem' in one) ? [orderId] : [],
  )
  return gone.length > 0 ? ` Made way for it already: ${gone.join(', ')}.` : ''
}

const saidOf = (
  entry: Settling,
  came: ReadonlyMap<Settling, Came>,
  connectorId: NonNullable<Proposal['submission']>['connectorId'] | undefined,
  nowMs: number,
): Said => {
  const { by, at, for: whom } = entry.proposal
  const said = { by, at, ...(whom && { for: whom }) }
  const own = came.get(entry)
  if (own && 'problem' in own) {
    const message = `${own.problem}${inVain(entry, came)}`.slice(0, 2_000)
    return { ...said, status: 'failed', problem: { at: 'commit', message } }
  }
  const [bumper] = [...came].filter(([{ orderId }, one]) => orderId === whom && 'problem' in one)
  const reason = bumper && `It made way for order ${whom}, which could not be committed.`
  const settled = { ...said, ...(reason && { reason }), ...own, status: 'approved' } as const
  if (!connectorId) return settled
  // Milliseconds apart, so that however many are due they come in this order.
  const dueAt = instantOf(nowMs + urgencyOf(settled))
  return { ...settled, submission: { connectorId, tries: [] }, dueAt }
}

/** Writes down what came of the commit for each that is approved: its slot, or why it has none; and has it told to the outside system. */
export const settleProposals = async (
  of: { readonly workspaceId: WorkspaceId; readonly planId: PlanId; readonly actor: Actor },
  progress: Progress,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Assignment> => {
  const { workspaceId, actor } = of
  const read = await readAssignment(of, world)
  const open = [...read.entries.values()].filter(
    (entry): entry is Settling => entry.proposal !== undefined && isUnsettled(entry.proposal),
  )
  if (open.length === 0) return read
  const giving = await world.store.getMany(
    'slot',
    open.flatMap(({ leftOut }) => (leftOut?.slotId ? [{ workspaceId, id: leftOut.slotId }] : [])),
  )
  const slots = new Map(giving.flatMap((slot) => (slot ? [[slot.id, slot] as const] : [])))
  const nowMs = world.clock.now()
  const came = new Map(
    open.flatMap((entry) => {
      const one = cameOf(entry, slots, progress, nowMs)
      return one ? [[entry, one] as const] : []
    }),
  )
  const connector = await activeConnector(workspaceId, world)
  const verdicts = [...came.keys()].map((entry): Verdict => {
    const said = saidOf(entry, came, connector?.id, nowMs)
    return { entry, said, action: said.status === 'failed' ? 'proposal.failed' : 'proposal.committed' }
  })
  await record(read.plan, verdicts, actor, world)
  return readAssignment(of, world)
}
