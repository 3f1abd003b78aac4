/** Assignments as they are made, approved as people do it. */
import { expect, test } from 'vitest'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, openBench } from './bench.ts'

test('an urgent order that is approved has its place, and what made way for it has another one', async () => {
  const bench = await openBench()
  const only = { requirements: [{ assetId: bench.assets[0] }] }
  const later = await bench.placed('Later', 30, { ...only, due: at(200) })
  const urgent = await bench.order('Urgent', { ...only, release: at(29.5), due: at(31.5) })
  const plain = await bench.order('Plain', only)
  const { body: run } = await bench.call('requestPlanningRun', {}, { body: { algorithm: 'assignment' } })
  const done = await conductPlanningRun({ workspaceId, id: run.id }, bench.lab.world, () => 0)
  const planId = done?.status === 'completed' ? done.planId : ''
  const { items } = (await bench.call('getProposals', { assignmentId: planId })).body
  const proposal = (orderId: string) => items.find((one: { orderId: string }) => one.orderId === orderId)
  expect(proposal(urgent)?.item.assigned.swaps).toMatchObject([{ orderId: later.orderId }])
  const told = await bench.approve(planId, [urgent])
  expect(told, JSON.stringify(told)).toMatchObject({ counts: { approved: 2 } })
  const places = new Map((await bench.live()).map(({ orderId, start }) => [orderId, start]))
  const startOf = ({ item }: { item: PlanItem }) => item.start
  expect([...places]).toEqual(
    expect.arrayContaining([
      [urgent, startOf(proposal(urgent))],
      [later.orderId, startOf(proposal(later.orderId))],
    ]),
  )
  expect((await bench.call('getOrder', { orderId: later.orderId })).body.timesBumped).toBe(1)
  expect((await bench.approve(planId)).counts).toEqual({ approved: 1 })
  expect((await bench.live()).map(({ orderId }) => orderId).toSorted()).toEqual(
    [later.orderId, plain, urgent].toSorted(),
  )
})
