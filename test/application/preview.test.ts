import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { previewRule } from '#application/schedules/preview-rule.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule } from '#domain/schedules/rule.ts'

const nowMs = Date.UTC(2026, 9, 20, 12)
const world = { clock: { now: () => nowMs }, store: createMemoryStore() }
const preview = (rule: Rule, timeZone: string, more: { startAt?: string; endAt?: string; count?: number } = {}) =>
  previewRule(
    { workspaceId: 'ws_one', rule, timeZone, startAt: new Date(nowMs).toISOString(), count: 5, ...more },
    world,
  )
const cron = (expression: string): Rule => ({ kind: 'cron', expression })

describe('a preview', () => {
  test('gives the canonical form, the sentence and the next times in both clocks', async () => {
    expect(await preview(cron('weekly on Friday at 09:00'), 'Europe/Berlin', { count: 2 })).toEqual({
      rule: cron('0 9 ? * FRI *'),
      text: 'at 09:00 on Fridays, Europe/Berlin',
      times: [
        { utc: '2026-10-23T07:00:00.000Z', local: '2026-10-23T09:00:00 Europe/Berlin' },
        { utc: '2026-10-30T08:00:00.000Z', local: '2026-10-30T09:00:00 Europe/Berlin' },
      ],
      warnings: [],
    })
  })

  test('marks the time that exists twice when clocks are put back: it fires once, at the first', async () => {
    const { times } = await preview(cron('30 2 * * ? *'), 'Europe/Berlin', { count: 6 })
    const marked = times.filter(({ clockChange }) => clockChange)
    expect(marked).toMatchObject([
      {
        utc: '2026-10-25T00:30:00.000Z',
        local: '2026-10-25T02:30:00 Europe/Berlin',
        clockChange: { effect: 'first-of-two' },
      },
    ])
  })

  test('shows the time that does not exist when clocks are put forward, where it would have been', async () => {
    const { times } = await preview(cron('30 2 * * ? *'), 'Europe/Berlin', {
      startAt: '2027-03-26T12:00:00Z',
      count: 3,
    })
    expect(times.map(({ local, utc }) => [local.slice(0, 16), utc])).toEqual([
      ['2027-03-27T02:30', '2027-03-27T01:30:00.000Z'],
      ['2027-03-28T02:30', undefined],
      ['2027-03-29T02:30', '2027-03-29T00:30:00.000Z'],
      ['2027-03-30T02:30', '2027-03-30T00:30:00.000Z'],
    ])
    expect(times[1]?.clockChange).toMatchObject({ effect: 'does-not-exist' })
    expect(times[1]?.clockChange?.message).toContain('put forward')
  })

  test('refuses what creating would refuse, with the same reasons', async () => {
    await expect(preview(cron('0 9 31 2 ? *'), 'Europe/Berlin')).rejects.toThrow('cannot be kept')
    await expect(preview({ kind: 'at', at: '2027-03-28T02:30' }, 'Europe/Berlin')).rejects.toThrow('cannot be kept')
    await expect(preview(cron('hourly'), 'Mars/Olympus')).rejects.toThrow('cannot be kept')
  })

  test('fires exactly when the schedule would, in any zone', async () => {
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    )
    const rules = fc.constantFrom<Rule>(
      cron('*/20 1-3 * * ? *'),
      cron('0 2 ? * SUN *'),
      cron('30 1 L * ? *'),
      {
        kind: 'rate',
        every: 7,
        unit: 'hour',
      },
      { kind: 'calendar', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU', times: ['01:30', '02:30'] },
      {
        kind: 'any',
        rules: [
          { kind: 'cron', expression: '30 2 * * ? *' },
          { kind: 'every', interval: 'PT31H' },
        ],
      },
    )
    await fc.assert(
      fc.asyncProperty(
        zones,
        rules,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 40 }),
        async (zone, rule, days, count) => {
          const startMs = nowMs + days * 86_400_000
          const { times } = await preview(rule, zone, { startAt: new Date(startMs).toISOString(), count })
          const fires = times.flatMap(({ utc }) => (utc ? [Date.parse(utc)] : []))
          expect(fires.toSorted((a, b) => a - b)).toEqual(nextTimes(rule, nowMs, { startMs, zone }, count))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('warns of a rule that fires in the hour that the clocks show twice', async () => {
    expect((await preview(cron('0/15 * * * ? *'), 'Europe/Berlin')).warnings).toMatchObject([
      expect.stringContaining('show twice'),
    ])
    expect((await preview(cron('0/15 * * * ? *'), 'Asia/Tokyo')).warnings).toEqual([])
    expect((await preview(cron('0 9 * * ? *'), 'Europe/Berlin')).warnings).toEqual([])
  })
})
