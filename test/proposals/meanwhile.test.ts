import { beforeEach, describe, expect, test } from 'vitest'
import { lookAfterProposals } from '#application/proposals/look-after-proposals.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, type Bench, givesUp, moved, openBench, proposed, takingFrom } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const edit = (planId: string, orderId: string, start: string) =>
  bench.call('editProposal', { assignmentId: planId, orderId }, { body: { start } })
const placeOf = async (orderId: string) => (await bench.live()).find((slot) => slot.orderId === orderId)?.start

describe('what happened to an item is told, whatever was decided before', () => {
  test('committed with its plan, what was edited waits no more, and is not rejected', async () => {
    const one = await bench.order('One')
    const plan = await bench.assignment([proposed(one, bench.assets[0], at(10))])
    expect((await edit(plan.id, one, at(20))).status).toBe(200)
    expect((await bench.call('commitPlan', { planId: plan.id }, { body: {} })).status).toBe(200)
    expect(await placeOf(one)).toBe(at(20))
    expect(await bench.statuses(plan.id)).toEqual({ [one]: 'approved' })
    expect((await bench.call('getWaitingAssignments')).body).toMatchObject({ pending: 0 })
    expect(await bench.reject(plan.id, [one])).toMatchObject({ status: 409, reasons: [{ code: 'is-approved' }] })
  })

  test('put back where its slot is, it is kept, and approving ends', async () => {
    const slot = await bench.placed('Away', 10)
    const urgent = await bench.order('Urgent')
    const items = [proposed(urgent, bench.assets[0], at(10), takingFrom(slot.orderId)), moved(slot, at(20), urgent)]
    const plan = await bench.assignment(items)
    await edit(plan.id, urgent, at(30))
    expect((await edit(plan.id, slot.orderId, at(10))).body).toMatchObject({ status: 'kept' })
    expect(await bench.approve(plan.id)).toMatchObject({ isDone: true })
    expect(await placeOf(slot.orderId)).toBe(at(10))
  })
})
