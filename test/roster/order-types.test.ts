/** Types of orders: what they say of their orders, and of the people who do them. */
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { placeChanges } from '#application/plans/place-slot.ts'
import type { AssetId } from '#domain/ids.ts'
import { isStartTime, startTimesIn } from '#domain/orders/start-times.ts'
import { instantOf } from '#domain/time.ts'
import { wallAt } from '#domain/zone.ts'
import { type Bench, openBench } from './bench.ts'

const timeZone = 'Europe/Berlin'
const juicing = { type: 'juicer', name: 'Juicing', rank: 1, durationMinutes: 120, requirements: [{ duty: 'juicer' }] }
const core = {
  type: 'core',
  name: 'Core',
  rank: 6,
  durationMinutes: 60,
  requirements: [{ capability: 'lead' }],
  starts: { timeZone, times: ['09:00', '11:00', '13:00'] },
  perPersonPerDay: 1,
}
const supervisor = {
  type: 'supervisor',
  name: 'Supervisor',
  rank: 7,
  durationMinutes: 30,
  requirements: [{ capability: 'lead' }],
  companion: { offsetMinutes: 120, toleranceMinutes: 30, timeZone },
}
const other = { type: 'other', name: 'Other', rank: 9, gapMinutes: 120 }

let bench: Bench
let [ada, bob]: string[] = []
const types = (list: readonly object[], headers?: object) =>
  bench.call('setOrderTypes', {}, { body: { types: list }, ...(headers && { headers }) })
const order = (body: object) => bench.call('createOrder', {}, { body: { name: 'Work', ...body } })
const slot = (orderId: string, start: string, assetId = ada, more: object = {}) =>
  bench.call('createSlot', {}, { body: { orderId, start, assets: [{ assetId, units: 1 }], ...more } })
const codes = ({ body }: { body: { reasons?: { code: string }[] } }) => (body.reasons ?? []).map(({ code }) => code)
const paths = ({ body }: { body: { reasons?: { path: string }[] } }) => (body.reasons ?? []).map(({ path }) => path)

beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
  bob = await bench.person('Bob')
  for (const personId of [ada, bob])
    await bench.call('setPerson', { personId }, { body: { qualifications: [{ name: 'lead' }] } })
  await bench.duties([
    { duty: 'juicer', name: 'Juicer', week: { monday: ada, tuesday: bob, wednesday: ada, thursday: ada } },
  ])
  expect((await types([juicing, core, supervisor, other])).status).toBe(200)
})

describe('the types of a workspace', () => {
  test('are replaced as a whole, by whoever has read them', async () => {
    const { body } = await bench.call('getOrderTypes')
    expect(body.types.map(({ type }: { type: string }) => type)).toEqual(['juicer', 'core', 'supervisor', 'other'])
    expect(body.version).toBe(1)
    expect((await types([core], { 'if-match': '"7"' })).status).toBe(412)
    expect((await types([core, supervisor], { 'if-match': '"1"' })).body).toMatchObject({ version: 2 })
  })

  test('are refused with every reason, and nothing is changed', async () => {
    const refused = await types([
      { ...core, requirements: [{ assetId: 'ast_nothing' }, { duty: 'sweeper' }, { groupId: 'grp_nothing' }] },
      { ...supervisor, requirements: [{ capability: 'lead' }, { capability: 'lead' }] },
      { ...supervisor, type: 'late', durationMinutes: 1_400 },
    ])
    expect(refused.status).toBe(422)
    expect(codes(refused)).toEqual(['unknown-asset', 'unknown-duty', 'unknown-asset', 'twice', 'companion-beyond-day'])
    expect(paths(refused)).toEqual([
      '/types/0/requirements/0',
      '/types/0/requirements/1',
      '/types/0/requirements/2',
      '/types/1/requirements/1',
      '/types/2/companion/offsetMinutes',
    ])
    expect((await types([core, core])).status).toBe(422)
    expect((await bench.call('getOrderTypes')).body.version).toBe(1)
  })
})

describe('an order of a type', () => {
  test('has written into it what its type says, and keeps it when the type changes', async () => {
    const { body } = await order({ type: 'core' })
    expect(body).toMatchObject({
      type: 'core',
      durationMinutes: 60,
      requirements: [{ capability: 'lead', units: 1 }],
      constraints: { starts: core.starts },
    })
    await types([{ ...core, durationMinutes: 90, starts: undefined }])
    expect((await bench.call('getOrder', { orderId: body.id })).body).toEqual(body)
  })

  test('keeps what it says itself, and asks for nothing twice', async () => {
    const hours = { timeZone, week: { monday: [{ from: '09:00', to: '12:00' }] } }
    const { body } = await order({
      type: 'core',
      durationMinutes: 45,
      requirements: [{ assetId: ada }, { capability: 'lead', units: 1 }],
      constraints: { hours },
      byHandOnly: 'The customer asks for Ada',
    })
    expect(body).toMatchObject({
      durationMinutes: 45,
      requirements: [
        { assetId: ada, units: 1 },
        { capability: 'lead', units: 1 },
      ],
      constraints: { hours, starts: core.starts },
      byHandOnly: 'The customer asks for Ada',
    })
    const { body: own } = await order({ type: 'juicer', requirements: [{ capability: 'lead' }] })
    expect(own.requirements).toEqual([
      { capability: 'lead', units: 1 },
      { duty: 'juicer', units: 1 },
    ])
  })

  test('that visits another while that is under way begins so long after its start', async () => {
    await types([core, { ...supervisor, companion: { ...supervisor.companion, from: 'start' } }])
    const { body: other } = await order({ type: 'core' })
    const { body } = await order({ type: 'supervisor', follows: { orderId: other.id } })
    const follows = { from: 'start', minMinutes: 120, maxMinutes: 150, sameDay: true, timeZone, otherAssets: true }
    expect(body.follows).toEqual({ orderId: other.id, ...follows })
  })

  test.for([
    ['of no such type', { type: 'unheard' }, ['unknown-type']],
    ['without a length that anybody says', { type: 'other', requirements: [{ capability: 'lead' }] }, ['required']],
    ['that needs nothing', { type: 'other', durationMinutes: 10 }, ['required']],
    ['of which nothing is said', {}, ['required', 'required']],
    ['that follows none, of a type of companions', { type: 'supervisor' }, ['required']],
    ['that needs a duty that there is not', { durationMinutes: 5, requirements: [{ duty: 'x' }] }, ['unknown-duty']],
    [
      'that needs two who have one duty',
      { durationMinutes: 5, requirements: [{ duty: 'juicer' }, { duty: 'juicer' }] },
      ['twice', 'twice'],
    ],
  ] as const)('%s is refused', async ([, body, expected]) => {
    const refused = await order(body)
    expect(refused.status).toBe(422)
    expect(codes(refused)).toEqual(expected)
  })

  test('may be changed although what it asked for is gone by now', async () => {
    const { body } = await order({ type: 'juicer' })
    await types([core])
    await bench.duties([])
    const patch = (change: object) => bench.call('changeOrder', { orderId: body.id }, { body: change })
    expect((await patch({ name: 'Ask Ada', byHandOnly: 'The duty is gone' })).body).toMatchObject({ name: 'Ask Ada' })
    expect(codes(await patch({ requirements: [{ duty: 'juicer' }, { capability: 'lead' }] }))).toEqual(['unknown-duty'])
  })

  test('that accompanies another takes its bond from its type, as far as it does not say it', async () => {
    const { body: parent } = await order({ type: 'core' })
    const follows = { orderId: parent.id }
    expect((await order({ type: 'supervisor', follows })).body.follows).toEqual({
      orderId: parent.id,
      minMinutes: 120,
      maxMinutes: 150,
      sameDay: true,
      timeZone,
      otherAssets: true,
    })
    expect(
      (await order({ type: 'supervisor', follows: { ...follows, minMinutes: 60, otherAssets: false } })).body.follows,
    ).toMatchObject({ minMinutes: 60, maxMinutes: 90, otherAssets: false, sameDay: true })
  })

  test('becomes of another type with what that says; what it is bound to must stay said', async () => {
    const { body: parent } = await order({ type: 'core' })
    const { body: plain } = await order({ durationMinutes: 15, requirements: [{ assetId: bob }] })
    const patch = (body: object, orderId = plain.id) => bench.call('changeOrder', { orderId }, { body })
    expect(codes(await patch({ type: 'unheard' }))).toEqual(['unknown-type'])
    expect(codes(await patch({ type: 'supervisor' }))).toEqual(['required'])
    const { body } = await patch({ type: 'supervisor', follows: { orderId: parent.id } })
    expect(body).toMatchObject({
      durationMinutes: 15,
      requirements: [{ assetId: bob }, { capability: 'lead' }],
      follows: { minMinutes: 120, maxMinutes: 150 },
    })
    expect(codes(await patch({ follows: null }))).toEqual(['required'])
    expect((await patch({ follows: { orderId: parent.id } })).body.version).toBe(body.version)
    expect((await patch({ type: null, follows: null })).body.type).toBeUndefined()
  })

  test('comes from tables and templates as from people', async () => {
    const csv = [
      'name,type,requirements,follows,externalReference,byHandOnly,durationMinutes',
      'A,core,,,A-1,,',
      'B,supervisor,,A-1,B-1,,',
      'C,,duty juicer; lead,,C-1,Ask first,20',
    ].join('\n')
    const imported = await bench.call('importOrders', {}, { body: { csv } })
    expect(imported.body.problems).toEqual([])
    const { items } = (await bench.call('listOrders')).body
    const named = (name: string) => items.find((one: { name: string }) => one.name === name)
    expect(named('A')).toMatchObject({ type: 'core', durationMinutes: 60, constraints: { starts: core.starts } })
    expect(named('B').follows).toMatchObject({ orderId: named('A').id, minMinutes: 120, sameDay: true })
    expect(named('C')).toMatchObject({
      requirements: [{ duty: 'juicer' }, { capability: 'lead' }],
      byHandOnly: 'Ask first',
    })
    const again = await bench.call('importOrders', {}, { body: { csv, onDuplicate: 'update' } })
    expect(again.body).toMatchObject({ created: [], changed: [], unchanged: 3 })
    const wrong = await bench.call('importOrders', {}, { body: { csv: 'name,type\nD,unheard\nE,supervisor\n' } })
    expect(codes(wrong)).toEqual(['unknown-type', 'required'])

    const template = {
      name: 'Daily',
      order: { type: 'core' },
      every: { unit: 'day' },
      window: { from: '08:00', to: '18:00' },
      timeZone,
      firstDate: '2026-11-23',
      aheadDays: 5,
    }
    const { status, body } = await bench.call('createOrderTemplate', {}, { body: template })
    expect(status).toBe(201)
    expect(body.order).toMatchObject({ type: 'core', durationMinutes: 60 })
    const daily = (await bench.call('listOrders')).body.items.filter((one: { name: string }) => one.name === 'Daily')
    expect(daily.length).toBeGreaterThan(1)
    expect(daily[0]).toMatchObject({ type: 'core', requirements: [{ capability: 'lead' }] })
    const short = { ...template, window: { from: '08:00', to: '08:30' } }
    expect(codes(await bench.call('createOrderTemplate', {}, { body: short }))).toEqual(['window-too-short'])
  })
})

describe('a duty as a requirement', () => {
  test('is planned for whoever has it on that day, by exception first', async () => {
    await bench.call(
      'createDutyException',
      {},
      { body: { date: '2026-11-25', duty: 'juicer', assetId: bob, reason: 'Training' } },
    )
    await bench.call(
      'createDutyException',
      {},
      { body: { date: '2026-11-26', duty: 'juicer', assetId: null, reason: '-' } },
    )
    const days = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']
    const ids: string[] = []
    for (const day of days)
      ids.push(
        (await order({ type: 'juicer', release: `${day}T00:00:00+01:00`, due: `${day}T23:00:00+01:00` })).body.id,
      )
    const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 100 } })
    const { items, leftOut } = (await bench.call('getPlanItems', { planId: plan.id })).body
    const who = (id: string) =>
      items
        .find((one: { orderId: string }) => one.orderId === id)
        ?.assets.map((one: { assetId: string }) => one.assetId)
    expect(ids.map(who)).toEqual([[ada], [bob], [bob], undefined, undefined])
    expect(leftOut.map(({ code }: { code: string }) => code)).toEqual(['NOBODY_AVAILABLE', 'NOBODY_AVAILABLE'])
    const committed = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    expect(committed.body).toMatchObject({ status: 'committed', committed: { items: 3, failed: 0 } })
  })

  test('refuses anybody else, and says who has it and why', async () => {
    const { body } = await order({ type: 'juicer' })
    const refused = await slot(body.id, '2026-11-24T09:00:00+01:00', ada)
    expect(refused.status).toBe(422)
    expect(refused.body.reasons).toEqual([
      expect.objectContaining({
        code: 'not-on-duty',
        message: expect.stringContaining('Bob has duty "juicer" on 2026-11-24 (by the rotation, on tuesdays)'),
      }),
    ])
    const nobody = await slot(body.id, '2026-11-27T09:00:00+01:00', ada)
    expect(nobody.body.reasons[0].message).toContain('nobody has duty "juicer" on 2026-11-27')
    expect((await slot(body.id, '2026-11-24T09:00:00+01:00', bob)).status).toBe(201)
  })

  test('is told with places that are whoever has it', async () => {
    const { body } = await order({ type: 'juicer' })
    const taken = { start: '2026-11-24T09:00:00+01:00', end: '2026-11-24T11:00:00+01:00' }
    await bench.call('createReservation', {}, { body: { ...taken, assets: [{ assetId: bob }], note: 'Busy' } })
    const refused = await slot(body.id, taken.start, bob)
    const { alternatives } = refused.body.reasons[0].facts
    expect(alternatives.length).toBeGreaterThan(0)
    for (const { start, assets } of alternatives) {
      const again = await slot(body.id, start, assets[0].assetId)
      expect(again.status, JSON.stringify(again.body)).toBe(201)
      await bench.call('cancelSlot', { slotId: again.body.id }, { body: { reason: 'Another' } })
    }
  })

  test('that changes hands after a plan was made is refused at its commit', async () => {
    const { body } = await order({ type: 'juicer', due: '2026-11-23T17:00:00+01:00' })
    const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 50 } })
    await bench.duties([{ duty: 'juicer', name: 'Juicer', week: { monday: bob } }])
    const { body: preview } = await bench.call('previewCommit', { planId: plan.id }, { body: {} })
    expect(preview.items[0].reasons).toEqual([expect.objectContaining({ code: 'not-on-duty' })])
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    const { items } = (await bench.call('getPlanItems', { planId: plan.id })).body
    expect(items).toEqual([expect.objectContaining({ orderId: body.id, state: 'failed' })])
    const edited = await bench.call(
      'editPlanItem',
      { planId: plan.id, orderId: body.id },
      { body: { assets: [{ assetId: bob, units: 1 }] } },
    )
    expect(edited.body).toMatchObject({ state: 'edited' })
  })
})

describe('fixed times', () => {
  test('are those at which it is planned and may be put, and no other', async () => {
    for (let count = 0; count < 3; count++) await order({ type: 'core', requirements: [{ assetId: ada }] })
    const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 100 } })
    const { items } = (await bench.call('getPlanItems', { planId: plan.id })).body
    expect(items).toHaveLength(3)
    for (const { start } of items) expect(isStartTime(core.starts, Date.parse(start))).toBe(true)
    const { body } = await order({ type: 'core' })
    const refused = await slot(body.id, '2026-11-23T10:00:00+01:00')
    expect(codes(refused)).toEqual(['other-start'])
    expect((await slot(body.id, '2026-11-23T11:00:00+01:00')).status).toBe(201)
  })

  test('exist once a day, but for those that the clocks skip, whatever the zone', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu', 'UTC']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.uniqueArray(fc.integer({ min: 0, max: 1_439 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 4 * 365 }),
        fc.integer({ min: 1, max: 20 }),
        (zone, times, from, days) => {
          const clock = (minute: number) =>
            `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
          const starts = { timeZone: zone, times: times.map(clock) }
          const startMs = Date.UTC(2025, 0, 1) + from * 86_400_000
          const endMs = startMs + days * 86_400_000
          const found = startTimesIn(starts, { startMs, endMs })
          // Every minute at whose beginning the clocks show a time for the first time on that day.
          const expected: number[] = []
          const seen = new Set<number>()
          for (let ms = startMs - 86_400_000; ms < endMs; ms += 60_000) {
            const wall = wallAt(zone, ms)
            if (!times.includes(Math.floor((((wall % 86_400_000) + 86_400_000) % 86_400_000) / 60_000))) continue
            if (wall % 60_000 === 0 && !seen.has(wall) && ms >= startMs) expected.push(ms)
            seen.add(wall)
          }
          expect(found).toEqual(expected)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('how many of a type somebody does', () => {
  const day = '2026-11-23'
  test('is a hard rule for that type and that day alone', async () => {
    const make = async (type: string) =>
      (await order({ type, durationMinutes: 30, requirements: [{ capability: 'lead' }] })).body.id
    expect((await slot(await make('core'), `${day}T09:00:00+01:00`)).status).toBe(201)
    const second = await make('core')
    const refused = await slot(second, `${day}T13:00:00+01:00`)
    expect(refused.body).toMatchObject({ code: 'against_rules' })
    expect(refused.body.reasons).toEqual([
      expect.objectContaining({ code: 'type-limit', severity: 'hard', message: expect.stringContaining('Ada has 1') }),
    ])
    expect((await slot(second, `${day}T13:00:00+01:00`, bob)).status).toBe(201)
    expect((await slot(await make('core'), '2026-11-24T09:00:00+01:00')).status).toBe(201)
    expect((await slot(await make('other'), `${day}T14:00:00+01:00`)).status).toBe(201)
  })

  test('holds between the items of a plan, and when they are committed', async () => {
    const window = { release: `${day}T00:00:00+01:00`, due: `${day}T23:00:00+01:00` }
    for (let count = 0; count < 2; count++) await order({ type: 'core', ...window, requirements: [{ assetId: ada }] })
    const { body: plan } = await bench.call('makePlan', {}, { body: { iterations: 50 } })
    const { body: preview } = await bench.call('previewCommit', { planId: plan.id }, { body: {} })
    expect(preview).toMatchObject({ fits: 0, conflicting: 2 })
    const { body } = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    expect(body.committed).toMatchObject({ items: 1, failed: 1 })
  })

  test('is never exceeded: of two that are judged at one moment the later is judged again', async () => {
    const times = ['00:10', '06:00', '12:00', '18:00', '23:00']
    // Their day lies on two days of the ledger.
    const eve = await bench.person('Eve', allDay)
    await types([{ ...core, starts: undefined, requirements: [] }])
    const { world } = bench.lab
    const placing = async (time: string): Promise<Parameters<typeof placeChanges>[0]> => {
      const { body: placed } = await order({ type: 'core', requirements: [{ assetId: eve }] })
      const startMs = Date.parse(`${day}T${time}:00+01:00`)
      return {
        order: placed,
        item: {
          assets: [{ assetId: eve as AssetId, units: 1 }],
          start: instantOf(startMs),
          end: instantOf(startMs + 1_800_000),
        },
        actor: { kind: 'person', subject: 'admin' },
        tentative: true,
        lock: 'none',
        source: 'auto',
      }
    }
    for (const [first, second] of times.flatMap((one) => times.map((two) => [one, two] as const))) {
      if (first === second) continue
      const [one, two] = [await placing(first), await placing(second)]
      const both = await Promise.all([placeChanges(one, world), placeChanges(two, world)])
      const outcomes: boolean[] = []
      for (const { changes } of both) outcomes.push((await world.store.commit(changes)).committed)
      expect(outcomes, `${first} and ${second}`).toEqual([true, false])
      await expect(placeChanges(two, world)).rejects.toMatchObject({ reasons: [{ code: 'type-limit' }] })
      await bench.call('cancelSlot', { slotId: both[0].slot.id }, { body: { reason: 'The next pair' } })
    }
  })
})

const allDay = {
  openingHours: {
    timeZone,
    week: Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((one) => [
        one,
        [{ from: '00:00', to: '24:00' }],
      ]),
    ),
  },
}

describe('a gap to other work', () => {
  test.for([
    ['right after', '11:00', true],
    ['an hour after', '12:00', true],
    ['two hours after', '13:00', false],
    ['in the same time', '10:30', false],
  ] as const)('%s', async ([, time, tooNear]) => {
    const make = async (body: object) => (await order({ requirements: [{ assetId: ada }], ...body })).body.id
    const plain = await make({ durationMinutes: 60 })
    await slot(plain, '2026-11-23T10:00:00+01:00')
    const refused = await slot(await make({ type: 'other', durationMinutes: 30 }), `2026-11-23T${time}:00+01:00`)
    expect(codes(refused).includes('too-little-gap')).toBe(tooNear)
    if (tooNear) expect(refused.body.reasons[0]).toMatchObject({ severity: 'soft', overridableBy: 'operator' })
  })

  test('counts by the type of either, where both have one', async () => {
    const make = async (body: object) => (await order({ requirements: [{ assetId: ada }], ...body })).body.id
    await slot(await make({ type: 'other', durationMinutes: 60 }), '2026-11-23T09:00:00+01:00')
    const near = await slot(
      await make({ type: 'core', requirements: [{ capability: 'lead' }] }),
      '2026-11-23T11:00:00+01:00',
    )
    expect(codes(near)).toEqual(['too-little-gap'])
    expect(
      (await slot(await make({ type: 'core', requirements: [{ capability: 'lead' }] }), '2026-11-23T13:00:00+01:00'))
        .status,
    ).toBe(201)
  })
})
