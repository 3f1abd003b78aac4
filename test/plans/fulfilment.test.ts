import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { noon } from '../api/laboratory.ts'
import { at, openBench } from './bench.ts'

type Told = { status: string; servedBy: string[]; servedNext?: string; slots: { id: string; status: string }[] }

test('an order tells every slot that served it, is to serve it or was taken back, whatever is done to it', async () => {
  const action = fc.constantFrom('place' as const, 'cancel' as const, 'complete' as const)
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 8 }), async (actions) => {
      const bench = await openBench()
      const orderId = await bench.order('By hand', { protocolId: undefined })
      const model: { id: string; status: string }[] = []
      let hour = 3
      for (const one of actions) {
        const [live] = model.filter(({ status }) => status === 'committed')
        if (one === 'place') {
          hour += 3
          const assets = [{ assetId: bench.assets[0], units: 1 }]
          const { status, body } = await bench.call('createSlot', {}, { body: { orderId, start: at(hour), assets } })
          if (status === 201) model.push({ id: body.id, status: 'committed' })
        } else if (live && one === 'cancel') {
          await bench.call('cancelSlot', { slotId: live.id }, { body: { reason: 'Not now', force: 'It is near' } })
          live.status = 'cancelled'
        } else if (live) {
          bench.lab.clock.nowMs = noon + hour * 3_600_000 + 1_000
          await bench.call('completeSlot', { slotId: live.id }, { body: {} })
          live.status = 'completed'
        }
        const told: Told = (await bench.call('getFulfilment', { orderId })).body
        const idsOf = (status: string) => model.flatMap((slot) => (slot.status === status ? slot.id : []))
        expect(told.slots.map(({ id, status }) => ({ id, status }))).toEqual(model)
        expect(told.servedBy).toEqual(idsOf('completed'))
        expect(told.servedNext).toBe(idsOf('committed')[0])
        const status = told.servedBy.length > 0 ? 'completed' : told.servedNext === undefined ? 'new' : 'committed'
        expect(told.status).toBe(status)
      }
    }),
    { numRuns: 12 },
  )
})
