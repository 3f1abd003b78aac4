import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { termsOf } from '#domain/assets/asset-type.ts'
import { bookingRulesSchema } from '#domain/assets/booking-rules.ts'
import { openingHoursSchema, weekdays } from '#domain/assets/opening-hours.ts'
import { matchDistinct } from '#domain/availability/match.ts'
import { findOptions } from '#domain/availability/options.ts'
import type { AssetId, ReservationId } from '#domain/ids.ts'
import { type Claim, footprint } from '#domain/reservations/ledger.ts'
import type { Part } from '#domain/rules/ask.ts'
import { judgeReservation, standing } from '#domain/rules/judge.ts'
import { dayMs, minutes } from '#domain/time.ts'
import { documentOf } from '../adapters/documents.ts'

/** The night in which the clocks of Berlin are put back. */
const nowMs = Date.parse('2026-10-24T12:00:00Z')
const window = { startMs: nowMs, endMs: nowMs + 2 * dayMs }
const step = minutes(15)
const steps = 192

const claims = fc.array(
  fc.record({
    from: fc.integer({ min: -8, max: steps }),
    length: fc.integer({ min: 1, max: 24 }),
    units: fc.integer({ min: 1, max: 2 }),
  }),
  { maxLength: 10 },
)
const setup = fc.record({
  claims,
  capacity: fc.integer({ min: 1, max: 3 }),
  units: fc.integer({ min: 1, max: 2 }),
  open: fc.option(fc.record({ from: fc.integer({ min: 0, max: 11 }), to: fc.integer({ min: 12, max: 23 }) }), {
    nil: undefined,
  }),
  buffer: fc.constantFrom(undefined, 15, 30),
  notice: fc.constantFrom(undefined, 120),
})

type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never

const partOf = (name: string, of: Setup): Part => {
  const pad = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
  const { open } = of
  const openingHours =
    open &&
    openingHoursSchema.parse({
      timeZone: 'Europe/Berlin',
      week: Object.fromEntries(weekdays.map((day) => [day, [{ from: pad(open.from), to: pad(open.to) }]])),
    })
  const bookingRules = bookingRulesSchema.parse({
    granularityMinutes: 15,
    ...(of.buffer && { bufferAfterMinutes: of.buffer }),
    ...(of.notice && { noticeMinutes: of.notice }),
  })
  const asset = {
    ...documentOf('asset', 'ws_a', name),
    capacity: of.capacity,
    bookingRules,
    ...(openingHours && { openingHours }),
  }
  const named = (of.claims as { from: number; length: number; units: number }[]).map(
    ({ from, length, units }, index): [ReservationId, Claim] => [
      `res_${name}${index}`,
      { startMs: nowMs + from * step, endMs: nowMs + (from + length) * step, units },
    ],
  )
  const days = [
    ...new Set([
      ...named.flatMap(([, claim]) => footprint(claim)),
      ...footprint({ startMs: nowMs - dayMs, endMs: window.endMs + dayMs }),
    ]),
  ]
  return {
    path: '/assets/0',
    assetId: asset.id as AssetId,
    units: of.units,
    asset,
    terms: termsOf(asset),
    ledger: {
      assetId: asset.id as AssetId,
      open: { version: 0, fence: 0, claims: {} },
      days: days.map((day) => ({
        day,
        version: 1,
        claims: Object.fromEntries(named.filter(([, claim]) => footprint(claim).includes(day))),
      })),
    },
  }
}

const allowedAt = (parts: readonly Part[], startMs: number, durationMs: number): boolean =>
  startMs + durationMs <= window.endMs &&
  standing(
    judgeReservation({
      operation: 'book',
      span: { startMs, endMs: startMs + durationMs },
      parts,
      nowMs,
      horizonMs: 90 * dayMs,
      accounts: [],
      use: [],
      quotas: [],
      waivers: [],
    }),
  ).length === 0

describe('the first time at which something can be had', () => {
  test('is the first that the rules allow, for one asset and for two together', () => {
    fc.assert(
      fc.property(setup, setup, fc.integer({ min: 1, max: 16 }), fc.boolean(), (a, b, length, both) => {
        const parts = [partOf('a', a), ...(both ? [partOf('b', b)] : [])]
        const durationMs = length * step
        let walked: number | undefined
        for (let at = 0; at <= steps && walked === undefined; at++)
          if (allowedAt(parts, nowMs + at * step, durationMs)) walked = nowMs + at * step
        const [option] = findOptions(
          parts.map((part) => [part]),
          { window, durationMs, nowMs },
          1,
        )
        expect(option?.startMs).toBe(walked)
      }),
      { numRuns: 100, seed: 20_261_121 },
    )
  })

  test('of any one of several is the first of them all, and further options do not overlap', () => {
    fc.assert(
      fc.property(setup, setup, fc.integer({ min: 1, max: 8 }), (a, b, length) => {
        const parts = [partOf('a', a), partOf('b', b)]
        const durationMs = length * step
        const wish = { window, durationMs, nowMs }
        const options = findOptions([parts], wish, 5)
        const firsts = parts.flatMap((part) => findOptions([[part]], wish, 1)[0]?.startMs ?? [])
        expect(options[0]?.startMs).toBe(firsts.length > 0 ? Math.min(...firsts) : undefined)
        for (const [index, { startMs, parts: chosen }] of options.entries()) {
          expect(allowedAt(chosen, startMs, durationMs)).toBe(true)
          expect(startMs).toBeGreaterThanOrEqual(options[index - 1]?.endMs ?? 0)
        }
      }),
      { numRuns: 60, seed: 20_261_121 },
    )
  })
})

test('one of each, none twice, is found whenever there is one', () => {
  const choices = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), { maxLength: 6 })
  const possible = (rest: readonly (readonly number[])[], used: readonly number[] = []): boolean => {
    const [first, ...others] = rest
    return !first || first.some((one) => !used.includes(one) && possible(others, [...used, one]))
  }
  fc.assert(
    fc.property(choices, (given) => {
      const matched = matchDistinct(given, String)
      expect(matched !== undefined).toBe(possible(given))
      if (!matched) return
      expect(new Set(matched).size).toBe(given.length)
      for (const [index, one] of matched.entries()) expect(given[index]).toContain(one)
    }),
    { seed: 20_261_121 },
  )
})
