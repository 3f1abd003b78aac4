import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import type { Proposal, ProposalStatus } from '#domain/proposals/proposal.ts'
import { proposalIdOf } from '#domain/proposals/proposal-id.ts'
import { toldStatus } from '#domain/proposals/stage.ts'
import { msOf } from '#domain/time.ts'
import { localTime } from '#domain/zone.ts'
import { badCursor } from '../plans/read-plan.ts'
import type { World } from '../world.ts'
import { countsOf, slotAndProblem } from './outcomes.ts'
import { type Entry, positionOf, readAssignment } from './read-assignment.ts'

/** A proposal as people look at it. */
export type ProposalView = {
  readonly id: Proposal['id']
  readonly orderId: Entry['orderId']
  readonly orderName?: string
  readonly externalReference?: string
  readonly status: ProposalStatus
  readonly item?: PlanItem
  readonly leftOut?: LeftOut
} & Partial<Pick<Proposal, 'by' | 'at' | 'reason' | 'for' | 'slotId' | 'gaveUp' | 'problem' | 'submission'>>

export const viewOf = ({ id: planId }: Pick<Plan, 'id'>, entry: Entry, order: Order | undefined): ProposalView => {
  const { orderId, item, leftOut, proposal, stage } = entry
  const { by, at, reason, for: whom, gaveUp, submission } = proposal ?? {}
  return {
    id: proposalIdOf(planId, orderId),
    orderId,
    ...(order && { orderName: order.name }),
    ...(order?.externalReference !== undefined && { externalReference: order.externalReference }),
    status: toldStatus(stage),
    ...(item && { item }),
    ...(leftOut && { leftOut }),
    ...(by !== undefined && { by }),
    ...(at !== undefined && { at }),
    ...(reason !== undefined && { reason }),
    ...(whom && { for: whom }),
    ...slotAndProblem(entry),
    ...(gaveUp && { gaveUp }),
    ...(submission && { submission }),
  }
}

/** Those that are left out come last, as the plan tells them. */
const leftOutAt = (index: number): string => `~${String(index).padStart(6, '0')}`
const isPosition = /^(?:\d{4}-[\dT:.-]+Z\/ord_\w+|~\d{6,})$/

type Listing = {
  readonly workspaceId: WorkspaceId
  readonly planId: PlanId
  readonly status?: ProposalStatus | undefined
  /** Those that begin on it, by the clocks of the zone. */
  readonly day?: string | undefined
  readonly timeZone: string
  readonly limit: number
  readonly cursor?: string | undefined
}

/** Proposals of an assignment by start, and then those that found no place. @throws Refusal `not_found`, `invalid_state`, `invalid` (a foreign cursor) */
export const readProposals = async (
  of: Listing,
  world: Pick<World, 'store' | 'clock'>,
): Promise<{
  readonly counts: ReturnType<typeof countsOf>
  readonly planVersion: number
  readonly items: readonly ProposalView[]
  readonly next?: string | undefined
}> => {
  const { workspaceId, status, day, timeZone, limit, cursor } = of
  if (cursor !== undefined && !isPosition.test(cursor)) throw badCursor()
  const { plan, entries } = await readAssignment(of, world)
  const isOn = ({ item }: Entry): boolean =>
    item !== undefined && localTime(timeZone, msOf(item.start)).startsWith(day ?? '')
  const asked = [...entries.values()]
    .map((entry, index) => ({ entry, position: entry.item ? positionOf(entry.item) : leftOutAt(index) }))
    .filter(
      ({ entry, position }) =>
        position > (cursor ?? '') &&
        (status === undefined || toldStatus(entry.stage) === status) &&
        (day === undefined || isOn(entry)),
    )
  const some = asked.slice(0, limit)
  const orders = await world.store.getMany(
    'order',
    some.map(({ entry: { orderId: id } }) => ({ workspaceId, id })),
  )
  return {
    counts: countsOf(entries.values()),
    planVersion: plan.version,
    items: some.map(({ entry }, index) => viewOf(plan, entry, orders[index])),
    ...(asked.length > limit && { next: some.at(-1)?.position }),
  }
}
