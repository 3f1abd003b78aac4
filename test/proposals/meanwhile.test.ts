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

describe('at one moment', () => {
  /** An urgent order for which another gives up its slot. */
  const swap = async () => {
    const out = await bench.placed('Out', 10)
    const urgent = await bench.order('Urgent')
    const item = proposed(urgent, bench.assets[0], at(10), takingFrom(out.orderId))
    const plan = await bench.assignment([item], [givesUp(out, urgent)])
    return { out, urgent, plan }
  }
  /** Calls something before the next commit that writes a document of a kind. */
  const faster = (kind: string, call: () => Promise<unknown>) => {
    const { store } = bench.lab.world
    const original = store.commit
    store.commit = async (changes) => {
      if (changes.some((change) => change.type === 'put' && change.kind === kind)) {
        store.commit = original
        await call()
      }
      return original(changes)
    }
  }

  test('an approval that died and a rejection end: nothing waits to be committed for ever', async () => {
    const { out, plan } = await swap()
    faster('plan', async () => {
      faster('plan', () => Promise.reject(new Error('died')))
      await bench.approve(plan.id).catch(() => undefined)
    })
    await bench.reject(plan.id)
    bench.lab.clock.nowMs += 360_000
    await lookAfterProposals(workspaceId, bench.lab.world, () => false)
    expect(await bench.statuses(plan.id)).toMatchObject({ [out.orderId]: 'failed' })
    expect(await bench.approve(plan.id)).toMatchObject({ isDone: true })
    expect(await placeOf(out.orderId)).toBe(at(10))
  })

  test('what one approval has not begun to commit is not given up by another that ends', async () => {
    const { out, urgent, plan: swapping } = await swap()
    const other = await bench.order('Other')
    const plan = await bench.assignment(
      [proposed(other, bench.assets[0], at(30)), proposed(urgent, bench.assets[0], at(10), takingFrom(out.orderId))],
      [givesUp(out, urgent)],
    )
    expect(swapping.status).toBe('candidate')
    const { store } = bench.lab.world
    const original = store.commit
    let isDone = false
    store.commit = async (changes) => {
      const ends = changes.some((change) => change.type === 'put' && change.kind === 'plan' && change.value.committed)
      const done = await original(changes)
      if (ends && !isDone) {
        isDone = true
        // Another writes down what it decided, and gets no further for the moment.
        faster('plan', () => Promise.reject(new Error('later')))
        await bench.approve(plan.id, [urgent]).catch(() => undefined)
        store.commit = original
      }
      return done
    }
    await bench.approve(plan.id, [other])
    expect((await bench.approve(plan.id, [urgent])).counts).toEqual({ approved: 2 })
    expect([await placeOf(urgent), await placeOf(out.orderId)]).toEqual([at(10), undefined])
  })
})
