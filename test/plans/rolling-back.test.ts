/** Going back to a snapshot after whatever happened since. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Slot } from '#domain/plans/slot.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { hours, minutes } from '#domain/time.ts'
import { at, type Bench, openBench } from './bench.ts'

type Place = Pick<Slot, 'assets' | 'start' | 'end'>
const placeOf = ({ assets, start, end }: Place): Place => ({ assets, start, end })
const overlap = (one: { start: string; end: string }, other: { start: string; end: string }): boolean =>
  one.start < other.end && other.start < one.end
const isHeld = ({ status }: Slot): boolean => status === 'tentative' || status === 'locked'

const liveSlots = async (bench: Bench): Promise<Slot[]> => {
  const { body } = await bench.call('listSlots', {}, { query: { from: at(-24), to: at(400), limit: '100' } })
  return body.items.filter(({ status }: Slot) => status !== 'cancelled' && status !== 'failed')
}
const bookings = async (bench: Bench): Promise<Reservation[]> =>
  (await bench.call('listReservations', {}, { query: { from: at(-24), to: at(400), limit: '100' } })).body.items.filter(
    ({ status }: Reservation) => status === 'held' || status === 'confirmed',
  )

const placing = fc.record({
  order: fc.nat(4),
  asset: fc.nat(1),
  hour: fc.integer({ min: 3, max: 8 }),
  tentative: fc.boolean(),
  lock: fc.constantFrom('none', 'soft', 'hard'),
})
const change = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('place' as const), placing }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant('cancel' as const), slot: fc.nat(4), booked: fc.boolean() }), weight: 3 },
  fc.record({ kind: fc.constant('lock' as const), slot: fc.nat(4), lock: fc.constantFrom('none', 'soft', 'hard') }),
  fc.record({ kind: fc.constant('book' as const), asset: fc.nat(1), hour: fc.integer({ min: 3, max: 8 }) }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 10, max: 150 }) }),
  fc.record({ kind: fc.constant('drop-order' as const), order: fc.nat(4) }),
)

test('the slots stand as they stood wherever that time is free; what is locked, frozen or begun is not touched', async () => {
  const arbitrary = fc.record({
    first: fc.array(placing, { minLength: 3, maxLength: 6 }),
    changes: fc.array(change, { minLength: 4, maxLength: 10 }),
  })
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ first, changes }) => {
      const bench = await openBench()
      const orders = [
        await bench.order('One'),
        await bench.order('Two'),
        await bench.order('Three'),
        await bench.order('Four'),
        await bench.order('Five'),
      ]
      // What cannot be is refused, and nothing changes by it.
      const place = ({ order, asset, hour, tentative, lock }: (typeof first)[number]) =>
        bench.call(
          'createSlot',
          {},
          {
            body: {
              orderId: orders[order],
              start: at(hour),
              assets: [{ assetId: bench.assets[asset], units: 1 }],
              tentative,
              lock,
            },
          },
        )
      for (const one of first) await place(one)
      const was = await liveSlots(bench)
      const snapshotId = (await bench.call('takeSnapshot', {}, { body: { name: 'Then' } })).body.id
      for (const one of changes) {
        const slots = await liveSlots(bench)
        const slot = 'slot' in one ? slots[one.slot % slots.length] : undefined
        const slotId = slot?.id ?? 'slt_none'
        const book = (assetId: string | undefined, start: string, end: string) =>
          bench.call('createReservation', {}, { body: { assets: [{ assetId }], start, end } })
        if (one.kind === 'place') await place(one.placing)
        else if (one.kind === 'cancel') {
          await bench.call('cancelSlot', { slotId }, { body: { reason: 'Not now' } })
          if (slot && one.booked) await book(slot.assets[0]?.assetId, slot.start, slot.end)
        } else if (one.kind === 'lock') await bench.call('lockSlot', { slotId }, { body: { lock: one.lock } })
        else if (one.kind === 'wait') bench.lab.clock.nowMs += minutes(one.minutes)
        else if (one.kind === 'drop-order')
          await bench.call('cancelOrder', { orderId: orders[one.order] ?? '' }, { body: { reason: 'Not needed' } })
        else await book(bench.assets[one.asset], at(one.hour), at(one.hour + 1))
      }
      const nowMs = bench.lab.clock.nowMs
      const before = await liveSlots(bench)
      const { status, body } = await bench.call('restoreSnapshot', { snapshotId }, { body: {} })
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.plan?.status ?? 'committed').toBe('committed')
      const after = await liveSlots(bench)

      // What is locked hard, begins soon, or has begun.
      const frozenUntil = new Date(nowMs + hours(2)).toISOString()
      for (const slot of before)
        if (slot.lock === 'hard' || slot.start < frozenUntil) expect(after).toContainEqual(slot)
      // Nothing stands on anything.
      const booked = await bookings(bench)
      for (const [index, one] of booked.entries())
        for (const other of booked.slice(index + 1))
          if (one.assets[0]?.assetId === other.assets[0]?.assetId) expect(overlap(one, other)).toBe(false)
      for (const slot of was) {
        const now = after.find(({ orderId }) => orderId === slot.orderId)
        const again =
          now &&
          isHeld(now) === isHeld(slot) &&
          (now.lock === slot.lock || now.start < frozenUntil) &&
          JSON.stringify(placeOf(now)) === JSON.stringify(placeOf(slot))
        if (again) continue
        const entry = body.differences.entries.find(
          (one: { change: string; orderId: string }) => one.change === 'left-alone' && one.orderId === slot.orderId,
        )
        expect(entry, JSON.stringify([slot, body])).toBeDefined()
        const order = (await bench.call('getOrder', { orderId: slot.orderId })).body
        const inTheWay = booked.some(
          (one) =>
            one.assets[0]?.assetId === slot.assets[0]?.assetId && overlap(one, slot) && one.id !== now?.reservationId,
        )
        // It has a reason that is true.
        expect(
          slot.start < frozenUntil ||
            inTheWay ||
            order.status === 'cancelled' ||
            (now !== undefined && (now.lock === 'hard' || now.start < frozenUntil)),
          JSON.stringify([slot, entry, now, booked]),
        ).toBe(true)
      }
      // What was made since is gone, but for what stays.
      for (const slot of after)
        expect(
          was.some(({ orderId }) => orderId === slot.orderId) || slot.lock === 'hard' || slot.start < frozenUntil,
        ).toBe(true)
    }),
    { numRuns: 16 },
  )
})
