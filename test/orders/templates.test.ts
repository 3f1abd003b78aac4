import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeAllInstances } from '#application/orders/order-templates.ts'
import type { Order } from '#domain/orders/order.ts'
import { instancesOf, weekdays } from '#domain/orders/template.ts'
import { dayMs } from '#domain/time.ts'
import { localTime } from '#domain/zone.ts'
import { send } from '../api/call.ts'
import { furnish, successOf, templateBody } from '../api/furnished.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'

const daily = {
  every: { unit: 'day', interval: 1 },
  window: { from: '22:00', to: '04:00' },
  timeZone: 'Europe/Berlin',
  firstDate: '2026-11-20',
} as const

describe('the days of a template', () => {
  test('begin and end by the clocks of the zone, across midnight and across changes of the clocks', () => {
    const autumn = instancesOf({ ...daily, firstDate: '2026-10-24' }, Date.UTC(2026, 9, 24), Date.UTC(2026, 9, 26))
    expect(autumn.map(({ date, releaseMs, dueMs }) => [date, (dueMs - releaseMs) / 3_600_000])).toEqual([
      ['2026-10-24', 7],
      ['2026-10-25', 6],
    ])
    const spring = instancesOf({ ...daily, firstDate: '2027-03-27' }, Date.UTC(2027, 2, 27), Date.UTC(2027, 2, 28))
    expect(spring.map(({ dueMs, releaseMs }) => (dueMs - releaseMs) / 3_600_000)).toEqual([5])
  })

  test('begin and end with what is left of them where an hour is skipped', () => {
    const of = (from: string, to: string) =>
      instancesOf(
        { ...daily, window: { from, to }, firstDate: '2027-03-28' },
        Date.UTC(2027, 2, 28),
        Date.UTC(2027, 2, 28, 12),
      ).map(({ releaseMs, dueMs }) => [releaseMs, dueMs].map((ms) => new Date(ms).toISOString().slice(11, 16)))
    expect(of('02:30', '03:10')).toEqual([['01:00', '01:10']])
    expect(of('01:30', '02:30')).toEqual([['00:30', '01:00']])
    expect(of('02:10', '02:50')).toEqual([['01:00', '01:00']])
  })

  test('never end before they begin, at any times of day on any day of any zone', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Beirut', 'Pacific/Apia']
    fc.assert(
      fc.property(fc.constantFrom(...zones), clock, clock, (timeZone, from, to) => {
        if (from === to) return
        const template = { ...daily, timeZone, window: { from, to }, firstDate: '2027-01-01' }
        for (const { releaseMs, dueMs } of instancesOf(template, Date.UTC(2027, 0, 1), Date.UTC(2028, 0, 1)))
          expect(dueMs).toBeGreaterThanOrEqual(releaseMs)
      }),
      { numRuns: 60 },
    )
  })

  test('are those of the rule, whatever the rule, the zone and the pieces in which they are asked for', () => {
    const arbitrary = fc.record({
      unit: fc.constantFrom('day', 'week'),
      interval: fc.integer({ min: 1, max: 4 }),
      days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
      zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'UTC'),
      from: fc.constantFrom('00:00', '02:30', '09:00', '23:30'),
      to: fc.constantFrom('01:00', '08:00', '23:00'),
      first: fc.integer({ min: 0, max: 400 }),
      split: fc.integer({ min: 1, max: 60 }),
    })
    fc.assert(
      fc.property(arbitrary, ({ unit, interval, days, zone, from, to, first, split }) => {
        const template = {
          every: { unit: unit as 'day', interval, ...(unit === 'week' && { weekdays: days }) },
          window: { from, to },
          timeZone: zone,
          firstDate: new Date(Date.UTC(2026, 0, 1) + first * dayMs).toISOString().slice(0, 10),
        }
        const begin = Date.UTC(2026, 0, 1) + first * dayMs
        const whole = instancesOf(template, begin, begin + 70 * dayMs)
        const middle = begin + split * dayMs + 12_345_678
        const pieces = [...instancesOf(template, begin, middle), ...instancesOf(template, middle, begin + 70 * dayMs)]
        expect(pieces).toEqual(whole)
        expect(whole.length).toBeGreaterThan(0)
        for (const { date, releaseMs, dueMs } of whole) {
          expect(dueMs).toBeGreaterThan(releaseMs)
          expect(date >= template.firstDate).toBe(true)
          expect(localTime(zone, releaseMs).slice(0, 10) >= date).toBe(true)
          const midnight = Date.parse(`${date}T00:00:00Z`)
          const weekday = weekdays[(new Date(midnight).getUTCDay() + 6) % 7]
          if (unit === 'week') expect(days).toContain(weekday)
          else expect(((midnight - Date.parse(`${template.firstDate}T00:00:00Z`)) / dayMs) % interval).toBe(0)
        }
      }),
    )
  })
})

describe('recurring orders', () => {
  const placed = async (lab: Awaited<ReturnType<typeof furnish>>['lab']): Promise<Order[]> =>
    (await lab.world.store.list('order', workspaceId, { limit: 100 })).items.filter(
      ({ source }) => source === 'template',
    )

  test('are placed once for each day within reach, however often it is looked at', async () => {
    const { lab } = await furnish()
    const first = await placed(lab)
    expect(first.map(({ release, due }) => [release, due])).toEqual([
      ['2026-11-23T21:00:00.000Z', '2026-11-24T03:00:00.000Z'],
      ['2026-11-26T21:00:00.000Z', '2026-11-27T03:00:00.000Z'],
      ['2026-11-30T21:00:00.000Z', '2026-12-01T03:00:00.000Z'],
      ['2026-12-03T21:00:00.000Z', '2026-12-04T03:00:00.000Z'],
    ])
    const before = stored(lab)
    await Promise.all([placeAllInstances(workspaceId, lab.world), placeAllInstances(workspaceId, lab.world)])
    expect(stored(lab)).toBe(before)
    lab.clock.nowMs = noon + 7 * dayMs
    expect(await placeAllInstances(workspaceId, lab.world)).toBe(2)
    expect(await placed(lab)).toHaveLength(6)
  })

  test('are not placed on a day whose window has no room for them, and the template says so', async () => {
    const { lab, things } = await furnish()
    lab.clock.nowMs = Date.UTC(2027, 2, 27, 12)
    const window = { from: '02:30', to: '03:10' }
    const template = { ...templateBody(things.assetId ?? ''), every: { unit: 'day' }, window, firstDate: '2027-03-27' }
    const body = { ...template, aheadDays: 2 }
    const before = await placed(lab)
    const { body: made } = await send(lab, { ...successOf('createOrderTemplate', things), body })
    const after = (await placed(lab)).filter(({ id }) => !before.some((order) => order.id === id))
    expect(after.map(({ release, due }) => [release, due])).toEqual([
      ['2027-03-29T00:30:00.000Z', '2027-03-29T01:10:00.000Z'],
    ])
    const { body: read } = await send(lab, successOf('getOrderTemplate', { ...things, orderTemplateId: made.id }))
    expect(read.skipped).toEqual(['2027-03-28'])
  })

  test('are not placed while it is paused; what it has placed stays', async () => {
    const { lab, things } = await furnish()
    const change = (body: object) =>
      send(lab, { ...successOf('changeOrderTemplate', things), headers: { 'if-match': '*' }, body })
    await change({ status: 'paused' })
    lab.clock.nowMs = noon + 7 * dayMs
    expect(await placeAllInstances(workspaceId, lab.world)).toBe(0)
    await change({ status: 'active' })
    expect(await placed(lab)).toHaveLength(6)
    await change({ status: 'ended' })
    expect((await change({ status: 'active' })).body).toMatchObject({ status: 409, code: 'invalid_state' })
  })

  test.each([
    [{ window: { from: '08:00', to: '08:00' } }, '/window'],
    [{ window: { from: '08:00', to: '08:20' } }, '/window'],
    [{ window: { from: '8:00', to: '25:00' } }, '/window/from'],
    [{ lastDate: '2026-01-01' }, '/lastDate'],
    [{ timeZone: 'Europe/Atlantis' }, '/timeZone'],
    [{ every: { unit: 'day', weekdays: ['monday'] } }, '/every'],
    [{ order: { durationMinutes: 30, requirements: [{ assetId: 'ast_none' }] } }, '/requirements/0'],
  ])('%j is refused', async (more, path) => {
    const { lab, things } = await furnish()
    const before = stored(lab)
    const body = { ...templateBody(things.assetId ?? ''), ...more }
    const answered = await send(lab, { ...successOf('createOrderTemplate', things), body })
    expect(answered.status).toBe(422)
    expect(answered.body.reasons.map((reason: { path: string }) => reason.path)).toContain(path)
    expect(stored(lab)).toBe(before)
  })
})
