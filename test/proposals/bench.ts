/** A laboratory whose assignments are stored by hand, looked at and approved through the API. */
import { expect } from 'vitest'
import type { RouteId } from '#contracts/http/routes.ts'
import type { OrderId } from '#domain/ids.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { Proposal } from '#domain/proposals/proposal.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, copyOf as copyOfPlans, openBench as openPlans, type Bench as PlanBench } from '../plans/bench.ts'
import { proposed, storeAssignment } from './assignment.ts'

export { at, proposed }
export type Bench = PlanBench & {
  /** An order with a slot, on the first instrument unless it says otherwise. */
  placed(name: string, hours: number, more?: object, asset?: string): Promise<Slot>
  assignment(items: readonly PlanItem[], leftOut?: readonly LeftOut[]): Promise<Plan>
  approve(planId: string, orderIds?: readonly string[]): Promise<Told>
  reject(planId: string, orderIds?: readonly string[]): Promise<Told>
  /** How each order of an assignment stands. */
  statuses(planId: string): Promise<Record<string, string>>
  live(): Promise<Slot[]>
  proposal(planId: string, orderId: string): Promise<Record<string, never> & Proposal>
}
export type Told = {
  status: number
  counts: Record<string, number>
  isDone: boolean
  items: Outcome[]
  message: string
}
type Outcome = {
  orderId: OrderId
  status: string
  slotId?: string
  gaveUp?: string
  for?: string
  reason?: string
  problem?: { at: string; message: string }
  refused?: string
}

export const liveStatuses = ['tentative', 'locked', 'committed', 'executing']

/** An item that puts a slot elsewhere, to make way for another order. */
export const moved = (slot: Slot, start: string, bumpedBy: string, more: Partial<PlanItem> = {}): PlanItem =>
  proposed(slot.orderId, slot.assets[0]?.assetId ?? '', start, {
    slotId: slot.id,
    former: { start: slot.start, assets: slot.assets },
    assigned: { because: [], score: 9, wave: 'rest', bumpedBy: bumpedBy as OrderId },
    ...more,
  })

export const swapsOf = (...victims: readonly string[]) => ({
  swaps: victims.map((orderId) => ({
    orderId: orderId as OrderId,
    outcome: 'elsewhere' as const,
    score: 9,
    reason: 'it is due later',
  })),
})

/** What an item says of the orders that make way for it. */
export const takingFrom = (...victims: readonly string[]): Partial<PlanItem> => ({
  assigned: { because: [], score: 1, wave: 'rest', ...swapsOf(...victims) },
})

/** What an assignment says of an order that loses its slot and gets no other. */
export const givesUp = (slot: Slot, bumpedBy: string): LeftOut => ({
  orderId: slot.orderId,
  code: 'BUMPED',
  message: 'it made way',
  slotId: slot.id,
  bumpedBy: bumpedBy as OrderId,
})

export const openBench = async (): Promise<Bench> => benchOf(await openPlans())

/** The same laboratory once more: what happens in one happens in it alone. */
export const copyOf = (bench: Bench): Bench => benchOf(copyOfPlans(bench))

const benchOf = (plans: PlanBench): Bench => {
  const { lab, call } = plans
  const decide = async (route: RouteId, planId: string, body: object): Promise<Told> => {
    const { status, body: told } = await call(route, { assignmentId: planId }, { body })
    return { ...told, status }
  }
  const read = async (planId: string) =>
    (await call('getProposals', { assignmentId: planId }, { query: { limit: '100' } })).body.items as (Proposal & {
      status: string
    })[]
  return {
    ...plans,
    placed: async (name, hours, more = {}, asset = plans.assets[0]) => {
      const orderId = await plans.order(name, more)
      const body = { orderId, start: at(hours), assets: [{ assetId: asset, units: 1 }] }
      const answered = await call('createSlot', {}, { body })
      expect(answered.status, JSON.stringify(answered.body)).toBe(201)
      return answered.body
    },
    assignment: (items, leftOut = []) => storeAssignment(lab.world, workspaceId, { items, leftOut }),
    approve: (planId, orderIds) => decide('approveProposals', planId, { ...(orderIds && { orderIds }) }),
    reject: (planId, orderIds) =>
      decide('rejectProposals', planId, { ...(orderIds && { orderIds }), reason: 'Not like this' }),
    statuses: async (planId) =>
      Object.fromEntries((await read(planId)).map(({ orderId, status }) => [orderId, status])),
    live: async () => {
      const query = { from: at(-24), to: at(400), limit: '100' }
      const { items } = (await call('listSlots', {}, { query })).body
      return items.filter(({ status }: Slot) => liveStatuses.includes(status))
    },
    proposal: async (planId, orderId) => (await read(planId)).find((one) => one.orderId === orderId) as never,
  }
}
