import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOfExclusion, exclusionAt } from '#domain/schedules/exclusion.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule } from '#domain/schedules/rule.ts'
import { wallAt } from '#domain/zone.ts'

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Africa/Cairo', 'America/Santiago']
const fromMs = Date.UTC(2026, 8, 1)
const dayMs = 86_400_000
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const exclusion = fc.tuple(fc.nat(400), fc.option(fc.nat(60), { nil: undefined })).map(([start, length]) => ({
  from: dateOf(fromMs + start * dayMs),
  ...(length !== undefined && { to: dateOf(fromMs + (start + length) * dayMs) }),
}))
const rule = fc.constantFrom<Rule>(
  { kind: 'rate', every: 7, unit: 'hour' },
  { kind: 'rate', every: 1, unit: 'day' },
  { kind: 'cron', expression: '30 0,23 * * ? *' },
  { kind: 'cron', expression: '0 9 ? * MON-FRI *' },
)

describe('excluded days', () => {
  test('take away exactly the times that lie in them, by the calendar of the zone', () => {
    fc.assert(
      fc.property(
        rule,
        fc.constantFrom(...zones),
        fc.array(exclusion, { maxLength: 4 }),
        (ofRule, zone, exclusions) => {
          const window = { startMs: fromMs, endMs: fromMs + 480 * dayMs, zone }
          const all = nextTimes(ofRule, fromMs, window, 10_000)
          const left = all.filter((ms) => {
            const date = dateOf(wallAt(zone, ms))
            return !exclusions.some(({ from, to = from }: { from: string; to?: string }) => from <= date && date <= to)
          })
          expect(nextTimes(ofRule, fromMs, { ...window, exclusions }, 10_000)).toEqual(left)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('end where the next day begins, also where the clocks are put forward over midnight', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), exclusion, (zone, given) => {
        const end = endOfExclusion(given, zone)
        expect(exclusionAt([given], zone, end)).toBeUndefined()
        expect(exclusionAt([given], zone, end - 1)).toEqual(given)
      }),
    )
    expect(new Date(endOfExclusion({ from: '2026-09-05' }, 'America/Santiago')).toISOString()).toBe(
      '2026-09-06T04:00:00.000Z',
    )
  })

  test('without end do not make anybody wait', () => {
    const window = { startMs: fromMs, zone: 'Europe/Berlin', exclusions: [{ from: '2000-01-01', to: '9998-12-31' }] }
    expect(nextTimes({ kind: 'cron', expression: '* * * * ? *' }, fromMs, window, 1)).toEqual([])
  })
})
