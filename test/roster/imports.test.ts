/** People and time off from tables and calendars: all of it or nothing, and the same again changes nothing. */
import { beforeEach, describe, expect, test } from 'vitest'
import { readWorkingHours } from '#domain/people/working-hours.ts'
import { stored } from '../api/laboratory.ts'
import { type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
const people = (csv: string, dryRun = false) => bench.call('importPeople', {}, { body: { csv, dryRun } })
const timeOff = (body: object) => bench.call('importTimeOff', {}, { body })
const table = [
  'name,subject,qualifications,lastDay,timeZone,hours,location,tags',
  'Ada,ada,laser until 2027-06-30; confocal,,Europe/Berlin,mon-fri 09:00-17:00; sat 10:00-12:00,Room 1,night; lead',
  'Bob,,,2026-12-31,America/New_York,mon-thu 08:00-12:00; mon-thu 13:00-17:00,,',
].join('\n')
const found = async (name: string) =>
  (await bench.call('listPeople')).body.items.find((one: { name: string }) => one.name === name)

describe('people from a table', () => {
  test('are made, changed, and left alone the next time', async () => {
    const before = stored(bench.lab)
    expect((await people(table, true)).body).toMatchObject({
      dryRun: true,
      created: [{ name: 'Ada' }, { name: 'Bob' }],
      problems: [],
    })
    expect(stored(bench.lab)).toBe(before)
    expect((await people(table)).body.created).toHaveLength(2)
    expect(await found('Ada')).toMatchObject({
      kind: 'person',
      location: 'Room 1',
      tags: ['night', 'lead'],
      person: { subject: 'ada', qualifications: [{ name: 'laser', until: '2027-06-30' }, { name: 'confocal' }] },
      openingHours: { week: { friday: [{ from: '09:00', to: '17:00' }], saturday: [{ from: '10:00', to: '12:00' }] } },
    })
    expect((await found('Bob')).openingHours.week.thursday).toHaveLength(2)
    expect((await people(table)).body).toMatchObject({ created: [], changed: [], unchanged: 2 })
    expect((await people('name,lastDay\nAda,2027-01-31')).body.changed).toEqual([
      expect.objectContaining({ name: 'Ada' }),
    ])
    expect((await found('Ada')).person).toMatchObject({
      subject: 'ada',
      lastDay: '2027-01-31',
      qualifications: [{}, {}],
    })
  })

  test.for([
    ['name,hours,timeZone\nAda,always,Europe/Berlin', 2, 'hours'],
    ['name,hours\nAda,mon-fri 09:00-17:00', 2, 'timeZone'],
    ['name,hours,timeZone\nAda,mon-fri 17:00-09:00,Europe/Berlin', 2, 'from'],
    ['name,hours,timeZone\nAda,mon-fri 09:00-17:00,Mars', 2, 'timeZone'],
    ['name,qualifications\nAda,Laser Safety', 2, 'qualifications'],
    ['name,lastDay\nAda,31.12.2026', 2, 'lastDay'],
    ['name,lastDay\n,2026-12-31', 2, 'name'],
    ['name\nAda\nAda', 3, 'line 2'],
    ['name,colour\nAda,blue', 1, 'colour'],
    ['name\n"Ada', 2, ''],
  ] as const)('are refused: %s', async ([csv, line, word]) => {
    const before = stored(bench.lab)
    const { status, body } = await people(csv)
    expect(status, JSON.stringify(body)).toBe(422)
    expect(JSON.stringify(body)).toContain(`line ${line}`)
    expect(JSON.stringify(body)).toContain(word)
    expect(stored(bench.lab)).toBe(before)
  })
})

describe('time off', () => {
  beforeEach(() => people(table))

  test('from a table is added once, and nothing of it where a line is wrong', async () => {
    const csv =
      'person,from,to,kind,note\nAda,2026-12-01,2026-12-04,vacation,Skiing\nada,2026-12-24,,,\nBob,2026-12-02,,sick,'
    expect((await timeOff({ csv })).body).toMatchObject({
      people: [
        { name: 'Ada', added: 2 },
        { name: 'Bob', added: 1 },
      ],
      unchanged: 0,
    })
    expect((await timeOff({ csv })).body).toMatchObject({ people: [], unchanged: 3 })
    expect((await found('Ada')).person.timeOff).toEqual([
      expect.objectContaining({ from: '2026-12-01', to: '2026-12-04', kind: 'vacation', note: 'Skiing' }),
      expect.objectContaining({ from: '2026-12-24', to: '2026-12-24', kind: 'other' }),
    ])
    const before = stored(bench.lab)
    const wrong = await timeOff({
      csv: `${csv}\nCleo,2026-12-05,,sick,\nBob,2026-12-09,2026-12-08,sick,\nBob,2026-12-09,,lazy,`,
    })
    expect(wrong.status).toBe(422)
    for (const word of ['Cleo', 'before', 'kind']) expect(JSON.stringify(wrong.body)).toContain(word)
    expect(stored(bench.lab)).toBe(before)
  })

  test('that stands in a table twice is kept once; where somebody has no room for more, nobody gets any', async () => {
    const twice = 'person,from,to,kind,note\nAda,2026-12-01,,vacation,\nAda,2026-12-01,,vacation,'
    expect((await timeOff({ csv: twice })).body).toMatchObject({ people: [{ name: 'Ada', added: 1 }], unchanged: 1 })
    expect((await found('Ada')).person.timeOff).toHaveLength(1)
    const days = Array.from({ length: 201 }, (_, day) => {
      const from = new Date(Date.parse('2027-01-01') + day * 86_400_000).toISOString().slice(0, 10)
      return `Bob,${from},,vacation,`
    })
    const before = stored(bench.lab)
    const full = await timeOff({ csv: ['person,from,to,kind,note', 'Ada,2027-01-01,,sick,', ...days].join('\n') })
    expect(full.body).toMatchObject({ status: 422, code: 'limit_exceeded' })
    expect(stored(bench.lab)).toBe(before)
  })

  test('from a calendar is that of its whole days; what lasts for hours is told', async () => {
    const icalendar = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'SUMMARY:Skiing',
      'DTSTART;VALUE=DATE:20261207',
      'DTEND;VALUE=DATE:20261212',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'SUMMARY:Dentist',
      'DTSTART:20261214T090000Z',
      'DTEND:20261214T100000Z',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n')
    const { id: personId } = await found('Ada')
    const { body } = await timeOff({ personId, icalendar })
    expect(body).toMatchObject({ people: [{ name: 'Ada', added: 1 }], left: [{ event: 'Dentist' }] })
    expect((await found('Ada')).person.timeOff).toEqual([
      expect.objectContaining({ from: '2026-12-07', to: '2026-12-11', kind: 'vacation', note: 'Skiing' }),
    ])
    expect((await timeOff({ personId, icalendar })).body).toMatchObject({ people: [], unchanged: 1 })
  })
})

test('working hours go round the week', () => {
  expect(Object.keys(readWorkingHours('fri-mon 22:00-24:00') ?? {}).toSorted()).toEqual([
    'friday',
    'monday',
    'saturday',
    'sunday',
  ])
  for (const text of ['', 'mon', 'mon 9-17', 'xyz 09:00-17:00']) expect(readWorkingHours(text)).toBeUndefined()
})
