/** Who may do an order at a time: everybody, ranked, and every rule that is against the others. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { RankedPerson } from '#application/people/find-people.ts'
import { type Bench, office, openBench } from './bench.ts'

const day = '2026-11-23'
const at = (time: string, date = day) => `${date}T${time}:00+01:00`
const types = [
  { type: 'core', name: 'Core', rank: 6, requirements: [{ capability: 'lead' }], perPersonPerDay: 1 },
  { type: 'visit', name: 'Visit', rank: 9, requirements: [{ capability: 'lead' }], gapMinutes: 120 },
  { type: 'juicer', name: 'Juicing', rank: 1, requirements: [{ duty: 'juicer' }] },
]

let bench: Bench
let [ada, bob]: string[] = []
const qualify = (personId = '', until?: string) =>
  bench.call('setPerson', { personId }, { body: { qualifications: [{ name: 'lead', ...(until && { until }) }] } })
const ask = async (body: object): Promise<{ people: RankedPerson[]; reasons: { code: string }[]; start: string }> => {
  const { status, body: found } = await bench.call('findPeople', {}, { body })
  expect(status, JSON.stringify(found)).toBe(200)
  return found
}
const against = (people: readonly RankedPerson[], id = ada) =>
  people.find(({ assetId }) => assetId === id)?.against.map(({ code, severity }) => `${severity} ${code}`)
const book = (start: string, end: string, assetId = ada) =>
  bench.call('createReservation', {}, { body: { start, end, assets: [{ assetId }] } })
const order = async (body: object): Promise<string> =>
  (await bench.call('createOrder', {}, { body: { name: 'Work', durationMinutes: 60, ...body } })).body.id
const slot = (orderId: string, start: string, assetId = ada) =>
  bench.call('createSlot', {}, { body: { orderId, start, assets: [{ assetId, units: 1 }] } })

beforeEach(async () => {
  bench = await openBench()
  ada = await bench.person('Ada')
  bob = await bench.person('Bob')
  await qualify(ada)
  await qualify(bob)
  await bench.duties([{ duty: 'juicer', name: 'Juicer', week: { monday: bob } }])
  await bench.call('setOrderTypes', {}, { body: { types } })
})

type Row = {
  readonly name: string
  /** What is so of Ada. */
  readonly given: () => Promise<unknown>
  readonly type?: string
  readonly start?: string
  readonly expected: readonly string[]
}
const rows: readonly Row[] = [
  { name: 'nothing', given: async () => undefined, expected: [] },
  {
    name: 'a holiday of the company',
    given: () =>
      bench.call(
        'changeAsset',
        { assetId: ada ?? '' },
        {
          body: { openingHours: { ...office, exceptions: [{ date: day, hours: [], note: 'Jubilee' }] } },
          headers: { 'if-match': '*' },
        },
      ),
    expected: ['soft closed', 'hard holiday'],
  },
  {
    name: 'time off, its last day included',
    given: () =>
      bench.call('addTimeOff', { personId: ada ?? '' }, { body: { from: '2026-11-20', to: day, kind: 'vacation' } }),
    expected: ['hard time-off'],
  },
  {
    name: 'the last day of all',
    given: () =>
      bench.call(
        'setPerson',
        { personId: ada ?? '' },
        { body: { qualifications: [{ name: 'lead' }], lastDay: '2026-11-22' } },
      ),
    expected: ['hard left'],
  },
  { name: 'weekly availability', given: async () => undefined, start: at('18:00'), expected: ['soft closed'] },
  {
    name: 'a role that they do not have',
    given: () => bench.call('setPerson', { personId: ada ?? '' }, { body: { qualifications: [] } }),
    expected: ['hard not-qualified'],
  },
  { name: 'a qualification that has expired', given: () => qualify(ada, '2026-11-22'), expected: ['hard unqualified'] },
  { name: 'a duty that is another’s', given: async () => undefined, type: 'juicer', expected: ['hard not-on-duty'] },
  {
    name: 'one core on that day',
    given: async () => slot(await order({ type: 'core' }), at('14:00')),
    expected: ['hard type-limit'],
  },
  { name: 'other work at that time', given: () => book(at('10:30'), at('11:30')), expected: ['soft asset-busy'] },
  { name: 'other work that ends as it begins', given: () => book(at('09:00'), at('10:00')), expected: [] },
  {
    name: 'other work within two hours',
    given: () => book(at('12:30'), at('13:30')),
    type: 'visit',
    expected: ['soft too-little-gap'],
  },
  {
    name: 'as much as they take on one day',
    given: async () => {
      await bench.call(
        'setPerson',
        { personId: ada ?? '' },
        { body: { qualifications: [{ name: 'lead' }], limits: { perDay: 1 } } },
      )
      await book(at('15:00'), at('16:00'))
    },
    expected: ['soft day-limit'],
  },
  {
    name: 'all of it at once',
    given: async () => {
      await slot(await order({ type: 'core' }), at('10:00'))
      await bench.call('setPerson', { personId: ada ?? '' }, { body: { qualifications: [] } })
      await bench.call('addTimeOff', { personId: ada ?? '' }, { body: { from: day, kind: 'sick' } })
    },
    expected: ['hard not-qualified', 'soft asset-busy', 'hard time-off', 'hard type-limit'],
  },
]

describe('what is against somebody', () => {
  test.for(rows)('$name', async ({ given, type = 'core', start = at('10:00'), expected }) => {
    await given()
    const { people } = await ask({ type, durationMinutes: 60, start })
    expect(against(people)).toEqual(expected)
    expect(people.find(({ assetId }) => assetId === ada)?.may).toBe(expected.length === 0)
    // What is automatic overrides nothing, whether it is hard or soft: a slot for her is refused alike.
    const placed = await slot(await order({ type }), start)
    expect(placed.status === 201, JSON.stringify(placed.body)).toBe(expected.length === 0)
  })
})

test('those who may come first: the fewest hours in that week, then on that day, then by name', async () => {
  const [cleo, dora, eve] = [await bench.person('Cleo'), await bench.person('Dora'), await bench.person('Eve')]
  for (const id of [cleo, dora]) await qualify(id)
  await book(at('14:00'), at('16:00'), ada)
  await book(at('14:00', '2026-11-25'), at('16:00', '2026-11-25'), bob)
  // A week before counts for nothing.
  await book(at('09:00', '2026-11-30'), at('17:00', '2026-11-30'), cleo)
  const { people, start } = await ask({ type: 'core', durationMinutes: 60, start: at('09:00') })
  expect(start).toBe(new Date(at('09:00')).toISOString())
  expect(people.map(({ assetId, may, why }) => [assetId, may, why])).toEqual([
    [cleo, true, { hoursInWeek: 0, hoursOnDay: 0, onDay: 0 }],
    [dora, true, { hoursInWeek: 0, hoursOnDay: 0, onDay: 0 }],
    [bob, true, { hoursInWeek: 2, hoursOnDay: 0, onDay: 0 }],
    [ada, true, { hoursInWeek: 2, hoursOnDay: 2, onDay: 1 }],
    [eve, false, { hoursInWeek: 0, hoursOnDay: 0, onDay: 0 }],
  ])
})

describe('for an order', () => {
  test('that has a slot, whoever has it may have it', async () => {
    const id = await order({ type: 'core' })
    await slot(id, at('10:00'))
    const { people, start, reasons } = await ask({ orderId: id })
    expect([start, reasons]).toEqual([new Date(at('10:00')).toISOString(), []])
    expect(against(people)).toEqual([])
  })

  test.for([
    ['before it is released', at('08:30'), ['before-release']],
    ['as it is released', at('09:00'), []],
    ['that ends as it is due', at('11:00'), []],
    ['after it is due', at('11:30'), ['after-due']],
  ] as const)('what it says itself is told apart: %s', async ([, start, expected]) => {
    const orderId = await order({ type: 'core', release: at('09:00'), due: at('12:00') })
    expect((await ask({ orderId, start })).reasons.map(({ code }) => code)).toEqual(expected)
  })

  test('begins where it may begin first, by its fixed times', async () => {
    const starts = { timeZone: 'Europe/Berlin', times: ['10:00', '14:00'] }
    const orderId = await order({ type: 'core', release: at('11:00'), constraints: { starts } })
    expect((await ask({ orderId })).start).toBe(new Date(at('14:00')).toISOString())
  })

  test('that accompanies another, nobody who does that one may', async () => {
    const parent = await order({ requirements: [{ assetId: ada }] })
    const orderId = await order({ type: 'core', follows: { orderId: parent, otherAssets: true } })
    expect((await ask({ orderId })).reasons.map(({ code }) => code)).toEqual(['waits-for-other'])
    await slot(parent, at('09:00'))
    const { people, reasons } = await ask({ orderId, start: at('12:00') })
    expect(reasons).toEqual([])
    expect([against(people, ada), against(people, bob)]).toEqual([['hard same-assets'], []])
  })

  test('that needs what nobody is, nobody may; what an instrument does is not asked of people', async () => {
    await bench.call('createAsset', {}, { body: { name: 'Star', kind: 'machine', capabilities: ['pipetting'] } })
    const about = { durationMinutes: 60, start: at('10:00') }
    const { people } = await ask({ ...about, requirements: [{ capability: 'pipetting' }, { capability: 'surgery' }] })
    expect(people.map(({ against: all }) => all.map(({ code }) => code))).toEqual([
      ['not-qualified'],
      ['not-qualified'],
    ])
    const { people: able } = await ask({
      ...about,
      requirements: [{ capability: 'pipetting' }, { capability: 'lead' }],
    })
    expect(able.map(({ may }) => may)).toEqual([true, true])
  })

  test('that is not there, or of which too little is said, is refused', async () => {
    const refused = async (body: object) => (await bench.call('findPeople', {}, { body })).status
    expect(await refused({ orderId: 'ord_nothing' })).toBe(404)
    expect(await refused({ start: at('09:00') })).toBe(422)
    expect(await refused({ start: at('09:00'), durationMinutes: 5, type: 'unheard' })).toBe(422)
  })
})
