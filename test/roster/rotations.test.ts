/** Duties: who has them on a date and why, what is wrong with them, and how they are shared. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { weekdayOf, weekdays } from '#domain/assets/opening-hours.ts'
import { nextDay } from '#domain/people/presence.ts'
import { fairnessOf } from '#domain/rotations/fairness.ts'
import { exceptionIdOf, holderOn } from '#domain/rotations/holder.ts'
import type { DutyException } from '#domain/rotations/rotation.ts'
import { stored, workspaceId } from '../api/laboratory.ts'
import { type Bench, office, openBench } from './bench.ts'

let bench: Bench
let [ada, bob, machine]: string[] = []
beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
  bob = await bench.person('Bob')
  const { body } = await bench.call('createAsset', {}, { body: { name: 'Star', kind: 'station' } })
  machine = body.id
})
const everyDay = (assetId: string | undefined) => Object.fromEntries(weekdays.map((day) => [day, assetId]))
const juicer = (week: object) => ({ duty: 'juicer', name: 'Juicer', week })
const holder = async (date: string, duty = 'juicer') =>
  (await bench.call('getDutyHolder', {}, { query: { duty, date } })).body
const except = (date: string, assetId: string | undefined | null, duty = 'juicer') =>
  bench.call('createDutyException', {}, { body: { date, duty, assetId, reason: 'An audit' } })

describe('a rotation', () => {
  test('is told with the reason, by weekday and by exception', async () => {
    await bench.duties([juicer({ monday: ada, tuesday: bob, sunday: ada })])
    expect(await holder('2026-11-23')).toMatchObject({
      holder: { because: 'rotation', assetId: ada, weekday: 'monday' },
      name: 'Ada',
    })
    expect(await holder('2026-11-29')).toMatchObject({
      holder: { because: 'rotation', assetId: ada, weekday: 'sunday' },
      unable: { code: 'not-working' },
    })
    expect(await holder('2026-11-25')).toEqual({
      duty: 'juicer',
      date: '2026-11-25',
      holder: { because: 'nobody', weekday: 'wednesday' },
    })
    expect((await except('2026-11-23', bob)).status).toBe(201)
    expect(await holder('2026-11-23')).toMatchObject({
      holder: { because: 'exception', assetId: bob, reason: 'An audit', by: 'admin', standing: ada },
      name: 'Bob',
    })
    // The rotation stays as it is.
    expect(await holder('2026-11-30')).toMatchObject({ holder: { because: 'rotation', assetId: ada } })
    await bench.call('dropDutyException', { dutyExceptionId: '2026-11-23_juicer' })
    expect(await holder('2026-11-23')).toMatchObject({ holder: { because: 'rotation', assetId: ada } })
    expect((await bench.call('getDutyHolder', {}, { query: { duty: 'cook', date: '2026-11-23' } })).status).toBe(404)
  })

  test('is replaced as a whole, or not at all', async () => {
    await bench.duties([juicer(everyDay(ada)), { duty: 'primary_lead', name: 'Lead', week: everyDay(bob) }])
    const before = stored(bench.lab)
    for (const [duties, path] of [
      [
        [juicer({ monday: ada }), { duty: 'primary_lead', name: 'Lead', week: { friday: machine } }],
        '/duties/1/week/friday',
      ],
      [[juicer({ monday: 'ast_nobody' })], '/duties/0/week/monday'],
      [[juicer({ monday: ada }), juicer({ monday: bob })], '/duties/1/duty'],
      [[juicer({ someday: ada })], 'someday'],
      [[juicer({ monday: [ada, bob] })], '/duties/0/week/monday'],
    ] as const) {
      const { status, body } = await bench.duties(duties)
      expect(status, JSON.stringify(body)).toBe(422)
      expect(JSON.stringify(body)).toContain(path)
    }
    expect(stored(bench.lab)).toBe(before)
    const stale = await bench.call('setRotation', {}, { body: { duties: [] }, headers: { 'if-match': '"7"' } })
    expect(stale.status).toBe(412)
    expect((await bench.duties([juicer(everyDay(bob))])).body.rotation).toMatchObject({ version: 2 })
  })

  test('warns on saving of days that nobody has, and of people who are not there', async () => {
    await bench.call(
      'addTimeOff',
      { personId: ada ?? '' },
      { body: { from: '2026-11-30', to: '2026-12-01', kind: 'vacation' } },
    )
    const { body } = await bench.duties([
      juicer({ monday: ada, tuesday: ada, wednesday: bob, thursday: bob, friday: bob, saturday: bob }),
    ])
    const told = body.warnings.map(({ code, date }: { code: string; date: string }) => `${date} ${code}`)
    expect(told.slice(0, 4)).toEqual([
      '2026-11-21 not-working',
      '2026-11-22 gap',
      '2026-11-28 not-working',
      '2026-11-29 gap',
    ])
    expect(told).toContain('2026-11-30 time-off')
    expect(told).toContain('2026-12-01 time-off')
    expect((await bench.call('getDutyWarnings', {}, { query: { from: '2026-11-23', days: '5' } })).body).toEqual({
      warnings: [],
    })
    const { body: asset } = await bench.call('getAsset', { assetId: bob ?? '' })
    await bench.call('changeAsset', { assetId: bob ?? '' }, { body: { status: 'retired' } })
    expect(asset.status).toBe('available')
    expect((await holder('2026-11-25')).unable).toMatchObject({ code: 'unavailable' })
  })
})

describe('an exception', () => {
  beforeEach(() => bench.duties([juicer(everyDay(ada))]))

  test('is the only one for its date and duty', async () => {
    expect((await except('2026-11-24', bob)).status).toBe(201)
    const { status, body } = await except('2026-11-24', null)
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'already_exists', current: { assetId: bob } })
    expect((await holder('2026-11-24')).holder.assetId).toBe(bob)
    const all = await Promise.all([1, 2, 3].map(() => except('2026-11-26', bob)))
    expect(all.map(({ status: one }) => one).toSorted()).toEqual([201, 409, 409])
  })

  test.for([
    ['2026-11-19', '/date'],
    ['2026-02-30', '/date'],
  ])('is not made for %s', async ([date, path]) => {
    const { status, body } = await except(date ?? '', bob)
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain(path)
  })

  test('counts its date by the zone of whoever takes it', async () => {
    // Half past eleven in the night of the 20th in Berlin is the 21st in Tokyo.
    bench.lab.clock.nowMs = Date.parse('2026-11-20T22:30:00Z')
    const taro = await bench.person('Taro', { openingHours: { ...{ week: {} }, timeZone: 'Asia/Tokyo' } })
    expect((await except('2026-11-20', taro)).status).toBe(422)
    expect((await except('2026-11-20', bob)).status).toBe(201)
  })

  test('names a duty and a person that there are, or nobody', async () => {
    expect(
      (await except('2026-11-24', bob, 'cook')).body.errors?.[0] ?? (await except('2026-11-24', bob, 'cook')).body,
    ).toBeDefined()
    expect((await except('2026-11-24', bob, 'cook')).status).toBe(422)
    expect((await except('2026-11-24', machine)).status).toBe(422)
    expect((await except('2026-11-24', null)).status).toBe(201)
    expect(await holder('2026-11-24')).toEqual({
      duty: 'juicer',
      date: '2026-11-24',
      holder: { because: 'exception', reason: 'An audit', by: 'admin', standing: ada },
    })
    const { warnings } = (await bench.call('getDutyWarnings', {}, { query: { from: '2026-11-24', days: '1' } })).body
    expect(warnings).toEqual([])
  })
})

const days = Array.from({ length: 28 }, (_, index) =>
  new Date(Date.UTC(2026, 10, 23 + index)).toISOString().slice(0, 10),
)
const someone = fc.constantFrom('ast_a' as const, 'ast_b' as const, 'ast_c' as const)
const roster = fc.record({
  week: fc.dictionary(fc.constantFrom(...weekdays), someone),
  instead: fc.uniqueArray(fc.record({ day: fc.constantFrom(...days), assetId: fc.option(someone) }), {
    selector: ({ day }) => day,
  }),
})
const exceptionsOf = (instead: readonly { day: string; assetId: 'ast_a' | 'ast_b' | 'ast_c' | null }[]) =>
  instead.map(
    ({ day, assetId }): DutyException => ({
      workspaceId,
      id: exceptionIdOf(day, 'juicer'),
      date: day,
      duty: 'juicer',
      ...(assetId !== null && { assetId }),
      reason: 'x',
      version: 1,
      createdAt: '',
      createdBy: '',
      updatedAt: '',
      updatedBy: '',
    }),
  )

describe('properties', () => {
  test('an exception decides its date alone; every other date is its weekday’s', () => {
    fc.assert(
      fc.property(roster, ({ week, instead }) => {
        const duties = [juicer(week) as never]
        for (const day of days) {
          const holder = holderOn({ duties }, exceptionsOf(instead), 'juicer', day)
          const exception = instead.find((one) => one.day === day)
          const usual = week[weekdayOf(day)]
          if (exception) {
            expect(holder.because).toBe('exception')
            expect('assetId' in holder ? holder.assetId : null).toBe(exception.assetId)
          } else if (usual) expect(holder).toMatchObject({ because: 'rotation', assetId: usual })
          else expect(holder).toMatchObject({ because: 'nobody' })
        }
      }),
    )
  })

  test('shares add up to the days that somebody has, and their differences from an equal share to nothing', () => {
    fc.assert(
      fc.property(roster, ({ week, instead }) => {
        const [told] = fairnessOf({ duties: [juicer(week) as never] }, exceptionsOf(instead), days)
        const { shares = [], uncovered = 0, spread } = told ?? {}
        expect(shares.reduce((sum, share) => sum + share.days, 0)).toBe(days.length - uncovered)
        expect(Math.abs(shares.reduce((sum, share) => sum + share.aboveEqual, 0))).toBeLessThan(
          0.02 * shares.length + 0.001,
        )
        for (const { stoodIn, days: own } of shares) expect(stoodIn).toBeLessThanOrEqual(own)
        const counts = shares.map(({ days: own }) => own)
        expect(spread).toBe(counts.length === 0 ? 0 : Math.max(...counts) - Math.min(...counts))
      }),
    )
  })

  test('a year of days has every weekday in turn, across leap days and clock changes', () => {
    let day = '2028-01-01'
    for (let count = 0; count < 366; count++) {
      const next = nextDay(day)
      expect(weekdays.indexOf(weekdayOf(next))).toBe((weekdays.indexOf(weekdayOf(day)) + 1) % 7)
      day = next
    }
    expect(day).toBe('2029-01-01')
  })
})

test('whoever has the hours of their type does not work on the days on which that is closed', async () => {
  const { body: type } = await bench.call('createAssetType', {}, { body: { name: 'Staff', openingHours: office } })
  const cem = await bench.call('createAsset', {}, { body: { name: 'Cem', kind: 'person', typeId: type.id } })
  const { body } = await bench.duties([juicer(everyDay(cem.body.id))])
  expect(body.warnings.slice(0, 2)).toMatchObject([
    { code: 'not-working', date: '2026-11-21' },
    { code: 'not-working', date: '2026-11-22' },
  ])
  expect(await holder('2026-11-29')).toMatchObject({ name: 'Cem', unable: { code: 'not-working' } })
  const { findings } = (await bench.call('verifyNow', {}, { body: {} })).body
  expect(findings).toContainEqual(expect.objectContaining({ code: 'holder-unavailable', date: '2026-11-22' }))
})

test('today is still today for nobody, where whoever usually has the duty works', async () => {
  const { body: type } = await bench.call(
    'createAssetType',
    {},
    { body: { name: 'West', openingHours: { ...office, timeZone: 'America/Los_Angeles' } } },
  )
  const west = await bench.call('createAsset', {}, { body: { name: 'Wes', kind: 'person', typeId: type.id } })
  await bench.duties([juicer(everyDay(west.body.id))])
  bench.lab.clock.nowMs = Date.parse('2026-11-20T18:00:00-08:00')
  expect((await except('2026-11-19', null)).status).toBe(422)
  expect((await except('2026-11-20', null)).status).toBe(201)
})
