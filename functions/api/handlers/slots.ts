import { cancelSlot, commitSlot, completeSlot, lockSlot, placeOrder } from '#application/plans/change-slot.ts'
import { cancelSlots, lockSlots } from '#application/plans/change-slots.ts'
import { commitPlan } from '#application/plans/commit-plan.ts'
import { spanAsked, timetableState } from '#application/plans/timetable-state.ts'
import type { slotRoutes } from '#contracts/http/routes/slots.ts'
import { found, page } from './reading.ts'
import type { SlotHandlersOf } from './request.ts'
import { inTime } from './within.ts'

/** What is done by the function that commits plans and keeps slots. */
export const slotHandlers: SlotHandlersOf<typeof slotRoutes> = {
  commitPlan: ({ params, body, caller: { actor } }, world) =>
    commitPlan({ ...params, ...body, actor }, world, inTime()),
  createSlot: ({ params, body, caller: { actor } }, world) => placeOrder({ ...params, ...body, actor }, world),
  listSlots: async ({ params: { workspaceId }, query }, { store, clock }) => {
    const { from, to, assetId, status, tentative, ...wanted } = query
    const listed = await store.slotsByStart(workspaceId, wanted, spanAsked({ from, to }, clock.now()))
    return page(
      listed,
      (slot) =>
        (status === undefined || slot.status === status) &&
        (assetId === undefined || slot.assets.some((one) => one.assetId === assetId)) &&
        (tentative !== false || (slot.status !== 'tentative' && slot.status !== 'locked')),
    )
  },
  getTimetable: ({ params, query }, world) => timetableState({ ...params, ...query }, world),
  getSlot: ({ params }, world) => found('slot', params.workspaceId, params.slotId, world),
  lockSlot: ({ params: { workspaceId, slotId: id }, body, caller: { actor } }, world) =>
    lockSlot({ workspaceId, id, actor, ...body }, world),
  lockSlots: async ({ params: { workspaceId }, body, caller: { actor } }, world) => {
    const { slots, ...rest } = await lockSlots({ workspaceId, actor, ...body }, world, inTime())
    return { ...rest, slots: [...slots] }
  },
  cancelSlots: async ({ params: { workspaceId }, body, caller: { actor } }, world) => {
    const { slots, ...rest } = await cancelSlots({ workspaceId, actor, ...body }, world, inTime())
    return { ...rest, slots: [...slots] }
  },
  commitSlot: ({ params: { workspaceId, slotId: id }, caller: { actor } }, world) =>
    commitSlot({ workspaceId, id, actor }, world),
  cancelSlot: ({ params: { workspaceId, slotId: id }, body, caller: { actor } }, world) =>
    cancelSlot({ workspaceId, id, actor, ...body }, world),
  completeSlot: ({ params: { workspaceId, slotId: id }, body, caller: { actor } }, world) =>
    completeSlot({ workspaceId, id, actor, ...body }, world),
}
