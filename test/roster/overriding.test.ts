/** Rules that people override for an item of a plan: soft ones alone, by those who may, kept until it is committed. */
import { beforeEach, expect, test } from 'vitest'
import { pathOf, send } from '../api/call.ts'
import { workspaceId } from '../api/laboratory.ts'
import { type Bench, openBench } from './bench.ts'

let bench: Bench
let ada: string
const day = '2026-11-23'
const at = (time: string) => `${day}T${time}:00+01:00`
const codes = ({ body }: { body: { reasons?: { code: string }[] } }) => (body.reasons ?? []).map(({ code }) => code)
const override = { codes: ['too-little-gap'], reason: 'She knows the way' }

const order = async (body: object): Promise<string> =>
  (
    await bench.call(
      'createOrder',
      {},
      { body: { name: 'Visit', durationMinutes: 60, requirements: [{ assetId: ada }], ...body } },
    )
  ).body.id
const planned = async () => {
  const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 50 } })
  return plan.id as string
}
const edit = (planId: string, orderId: string, body: object, as = 'operator') =>
  bench.call('editPlanItem', { planId, orderId }, { body, as })
const items = async (planId: string) => (await bench.call('getPlanItems', { planId })).body.items

beforeEach(async () => {
  bench = await openBench()
  for (const role of ['scientist', 'operator'])
    await send(bench.lab, {
      method: 'PUT',
      path: pathOf('putMember', { workspaceId, subject: role }),
      as: 'admin',
      body: { name: role, role },
    })
  ada = await bench.person('Ada')
  await bench.call(
    'setOrderTypes',
    {},
    {
      body: {
        types: [
          { type: 'visit', name: 'Visit', rank: 9, gapMinutes: 120 },
          { type: 'core', name: 'Core', rank: 6, perPersonPerDay: 1 },
        ],
      },
    },
  )
})

test('a soft rule, by whoever may; the item keeps it, and its reservation tells it', async () => {
  await bench.call(
    'createReservation',
    {},
    { body: { start: at('09:00'), end: at('10:00'), assets: [{ assetId: ada }] } },
  )
  const id = await order({ type: 'visit', release: at('10:00'), due: at('11:00') })
  const planId = await planned()
  const before = await bench.call('previewCommit', { planId }, { body: {} })
  expect(before.body.items[0].reasons).toEqual([expect.objectContaining({ code: 'too-little-gap' })])
  expect(codes(await edit(planId, id, { start: at('10:00') }))).toEqual(['too-little-gap'])
  expect(codes(await edit(planId, id, { override }, 'scientist'))).toEqual(['too-little-gap'])

  const edited = await edit(planId, id, { override })
  expect(edited.body.override).toEqual({ ...override, by: 'operator', role: 'operator' })
  const history = (await bench.call('listAudit', {}, { query: { subject: planId } })).body.items
  expect(JSON.stringify(history)).toContain('Override of too-little-gap: She knows the way')
  expect((await bench.call('previewCommit', { planId }, { body: {} })).body).toMatchObject({ fits: 1, conflicting: 0 })

  const { body: held } = await bench.call('commitPlan', { planId }, { body: { tentative: true } })
  expect(held.committed).toMatchObject({ items: 1, failed: 0 })
  const slotId = (await items(planId))[0].slotId
  const { body: slot } = await bench.call('commitSlot', { slotId }, { body: {} })
  expect(slot.status).toBe('committed')
  const { body: reservation } = await bench.call('getReservation', { reservationId: slot.reservationId })
  expect(reservation.overrides).toEqual([expect.objectContaining({ ...override, by: 'operator' })])
})

test('never a hard one, nor what the plan has there itself', async () => {
  for (const start of ['09:00', '11:00', '13:00'])
    await order({ type: 'core', release: at(start), due: `${day}T${Number(start.slice(0, 2)) + 1}:00:00+01:00` })
  const planId = await planned()
  const [first, second] = await items(planId)
  const all = { codes: ['asset-busy', 'too-close', 'too-little-gap', 'day-limit'], reason: 'By force' }
  const hard = await edit(planId, second.orderId, { start: second.start, override: all }, 'admin')
  expect(codes(hard)).toContain('type-limit')
  expect(
    (await edit(planId, second.orderId, { override: { codes: ['type-limit'], reason: 'x' } }, 'admin')).status,
  ).toBe(422)
  const free = await order({ release: at('09:00'), due: at('12:00') })
  const other = await planned()
  const onTop = await edit(other, free, { start: first.start, override: all }, 'admin')
  expect(codes(onTop)).toContain('clashes-in-plan')
})

test('of what stands in the calendar is a conflict from the first moment', async () => {
  const id = await order({ release: at('09:00'), due: at('12:00') })
  const planId = await planned()
  await bench.call(
    'createReservation',
    {},
    { body: { start: at('09:00'), end: at('12:00'), assets: [{ assetId: ada }] } },
  )
  const busy = { codes: ['asset-busy'], reason: 'Both at once' }
  expect((await edit(planId, id, { override: busy }, 'operator')).status).toBe(409)
  expect((await edit(planId, id, { override: busy }, 'admin')).body.override.codes).toEqual(['asset-busy'])
  await bench.call('commitPlan', { planId }, { body: {} })
  const { items: conflicts } = (await bench.call('listConflicts')).body
  expect(conflicts).toEqual([expect.objectContaining({ type: 'double-booked', assetId: ada })])
})

test('counts for the plan as a whole: what breaks no rule is committed before it', async () => {
  const early = await order({ type: 'visit', release: at('10:00'), due: at('11:00') })
  const late = await order({ type: 'visit', release: at('11:00'), due: at('12:00') })
  const planId = await planned()
  expect((await edit(planId, early, { override })).body.override).toMatchObject(override)
  const { body } = await bench.call('commitPlan', { planId }, { body: {} })
  expect(body.committed).toMatchObject({ items: 2, failed: 0 })
  const states = (await items(planId)).map(({ orderId, state }: { orderId: string; state: string }) => [orderId, state])
  expect(states).toEqual([
    [early, 'committed'],
    [late, 'committed'],
  ])
})
