import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AssetId, ReservationId } from '#domain/ids.ts'
import {
  type AssetLedger,
  type Claim,
  footprint,
  judgeActivation,
  judgeBooking,
  overrunGraceMs,
} from '#domain/reservations/ledger.ts'
import { dayMs } from '#domain/time.ts'

const noon = Date.parse('2026-11-20T12:00:00Z')
const minute = 60_000

/** A ledger as the table would hold it: booked claims in each day they touch, open ones in OPEN. */
const ledgerOf = (booked: readonly Claim[], open: readonly Claim[]): AssetLedger => {
  const named = booked.map((claim, index) => [`res_b${index}` as ReservationId, claim] as const)
  const days = [
    ...new Set([
      ...named.flatMap(([, claim]) => footprint(claim)),
      ...footprint({ startMs: noon - dayMs, endMs: noon + 2 * dayMs }),
    ]),
  ]
  return {
    assetId: 'ast_a' as AssetId,
    open: { version: 1, fence: 1, claims: Object.fromEntries(open.map((claim, index) => [`res_o${index}`, claim])) },
    days: days.map((day) => ({
      day,
      version: 1,
      claims: Object.fromEntries(named.filter(([, claim]) => footprint(claim).includes(day))),
    })),
  }
}

const claim = fc
  .tuple(fc.integer({ min: -600, max: 900 }), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 3 }))
  .map(
    ([start, length, units]): Claim => ({
      startMs: noon + start * minute,
      endMs: noon + (start + length) * minute,
      units,
    }),
  )

const usedAt = (claims: readonly Claim[], ms: number): number =>
  claims.reduce((sum, c) => (c.startMs <= ms && ms < c.endMs ? sum + c.units : sum), 0)

test('a booking is admitted exactly where it fits at every minute (I1)', () => {
  fc.assert(
    fc.property(
      fc.array(claim, { maxLength: 8 }),
      fc.array(claim, { maxLength: 3 }),
      claim,
      fc.integer({ min: 1, max: 6 }),
      (booked, open, request, capacity) => {
        const stretched = open.map((c) => ({ ...c, endMs: Math.max(c.endMs, noon + overrunGraceMs) }))
        const all = [...booked, ...stretched]
        let fits = true
        for (let ms = request.startMs; ms < request.endMs; ms += minute)
          if (usedAt(all, ms) + request.units > capacity) fits = false
        expect(judgeBooking(ledgerOf(booked, open), capacity, request, noon).free).toBe(fits)
      },
    ),
  )
})

test('nothing starts while what is open fills the capacity, however long it has overrun', () => {
  fc.assert(
    fc.property(
      fc.array(claim, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      (open, capacity, units) => {
        const inUse = open.reduce((sum, c) => sum + c.units, 0)
        const muchLater = noon + 30 * dayMs
        const request = { startMs: muchLater, endMs: muchLater + minute, units }
        const ledger = ledgerOf([], open)
        if (inUse + units > capacity) expect(judgeActivation(ledger, capacity, request, muchLater).free).toBe(false)
        else expect(judgeActivation({ ...ledger, days: [] }, capacity, request, muchLater).free).toBe(true)
      },
    ),
  )
})

test('a refusal names the holders, and its next free time is free', () => {
  fc.assert(
    fc.property(fc.array(claim, { minLength: 1, maxLength: 8 }), claim, (booked, request) => {
      const capacity = 3
      const ledger = ledgerOf(booked, [])
      const verdict = judgeBooking(ledger, capacity, request, noon)
      if (verdict.free) return
      expect(verdict.holders.length).toBeGreaterThan(0)
      const length = request.endMs - request.startMs
      const moved = { ...request, startMs: verdict.nextFreeMs, endMs: verdict.nextFreeMs + length }
      expect(judgeBooking(ledger, capacity, moved, noon).free).toBe(true)
    }),
  )
})

test('an activation does not stand in its own way', () => {
  const open = [{ startMs: noon, endMs: noon + 60 * minute, units: 1 }]
  const request = { startMs: noon, endMs: noon + 60 * minute, units: 1 }
  const ledger = ledgerOf([], open)
  expect(judgeActivation(ledger, 1, request, noon).free).toBe(false)
  expect(judgeActivation(ledger, 1, request, noon, { own: 'res_o0' }).free).toBe(true)
})

test('half-open intervals: one may begin where another ends', () => {
  const ledger = ledgerOf([{ startMs: noon, endMs: noon + 60 * minute, units: 1 }], [])
  expect(
    judgeBooking(ledger, 1, { startMs: noon + 60 * minute, endMs: noon + 61 * minute, units: 1 }, noon - dayMs).free,
  ).toBe(true)
  expect(
    judgeBooking(ledger, 1, { startMs: noon + 59 * minute, endMs: noon + 61 * minute, units: 1 }, noon - dayMs).free,
  ).toBe(false)
})
