import { describe, expect, test } from 'vitest'
import { createCalendar } from '#application/calendars/change-calendar.ts'
import { importICalendar } from '#application/calendars/import-icalendar.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { actor, workspaceId } from './scheduled.ts'
import { withWorkspace } from './with-workspace.ts'

describe('a calendar', () => {
  const christmas = {
    name: 'Holidays',
    days: [{ from: '2026-12-24', to: '2026-12-26', note: 'Christmas' }],
    closures: [],
  }

  test('takes its days out of the schedules that name it, and tells whose day it was', async () => {
    const lab = await withWorkspace()
    const { world, address, fire, runs, setClock, next } = lab
    const { id } = await createCalendar({ workspaceId, actor, calendar: christmas }, world)
    await changeSchedule({ ...address, patch: { calendars: [id] } }, world)
    setClock('2026-12-23T09:00:00.000Z')
    expect((await next())[0]).toBe('2026-12-27T08:00')
    await fire('2026-12-25T08:00:00.000Z')
    expect(await runs()).toMatchObject([
      { end: { reason: 'excluded', message: expect.stringContaining('Holidays: Christmas') } },
    ])
  })

  test('closes hours too', async () => {
    const { world, address, fire, runs } = await withWorkspace()
    const closures = [{ start: '2026-11-21T07:00:00.000Z', end: '2026-11-21T10:00:00.000Z', note: 'Service visit' }]
    const { id } = await createCalendar(
      { workspaceId, actor, calendar: { name: 'Service', days: [], closures } },
      world,
    )
    await changeSchedule({ ...address, patch: { calendars: [id] } }, world)
    await fire('2026-11-21T08:00:00.000Z')
    expect(await runs()).toMatchObject([{ end: { message: expect.stringContaining('Service visit') } }])
  })

  test('that is not there cannot be named', async () => {
    const { world, address } = await withWorkspace()
    const change = changeSchedule({ ...address, patch: { calendars: ['cal_never'] } }, world)
    await expect(change).rejects.toMatchObject({ reasons: [{ code: 'no-calendar', path: '/calendars/0' }] })
  })

  test('that would leave nothing to fire is refused', async () => {
    const { world, address } = await withWorkspace()
    const days = [{ from: '2000-01-01', to: '9999-01-01' }]
    const { id } = await createCalendar({ workspaceId, actor, calendar: { name: 'Never', days, closures: [] } }, world)
    const change = changeSchedule({ ...address, patch: { calendars: [id] } }, world)
    await expect(change).rejects.toMatchObject({ reasons: [{ code: 'never-fires' }] })
  })

  test('is filled from an iCalendar text, twice without doubles, and says what it left', async () => {
    const { world } = await withWorkspace()
    const { id } = await createCalendar({ workspaceId, actor, calendar: christmas }, world)
    const icalendar = [
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'DTSTART;VALUE=DATE:20270101',
      'SUMMARY:New\\, Year',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'DTSTART;TZID=Europe/Berlin:20270105T080000',
      'DTEND;TZID=Europe/Berlin:20270105T120000',
      'RRULE:FREQ=WEEKLY;COUNT=3',
      'SUMMARY:Main',
      ' tenance',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'DTSTART:20270101T080000',
      'SUMMARY:Floating',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n')
    const input = { workspaceId, id, actor, version: 'any', icalendar, mode: 'add' } as const
    const { calendar, left } = await importICalendar(input, world)
    expect(calendar.days).toEqual([...christmas.days, { from: '2027-01-01', note: 'New, Year' }])
    expect(calendar.closures.map(({ start }) => start)).toEqual([
      '2027-01-05T07:00:00.000Z',
      '2027-01-12T07:00:00.000Z',
      '2027-01-19T07:00:00.000Z',
    ])
    expect(calendar.closures[0]?.note).toBe('Maintenance')
    expect(left).toEqual([{ event: 'Floating', why: 'its time names no zone' }])
    expect((await importICalendar(input, world)).calendar).toEqual(calendar)
  })

  test.each([
    ['DTSTART;VALUE=DATE:99999999', 'no date'],
    ['DTSTART;VALUE=DATE:20270230', 'no date'],
    ['DTSTART:20270101T250000Z', 'no date'],
    ['DTSTART;TZID=../etc:20270101T100000', 'no IANA time zone'],
    ['DTSTART;VALUE=DATE:20270101\nDURATION:P99999W', 'longer than a year'],
    ['DTSTART;VALUE=DATE:20270102\nDTEND;VALUE=DATE:20270101', 'ends before it starts'],
    ['DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=SECONDLY', 'repetition'],
    ['SUMMARY:x', 'no start'],
  ])('leaves an event with %j, and says why', async (lines, why) => {
    const { world } = await withWorkspace()
    const { id } = await createCalendar({ workspaceId, actor, calendar: christmas }, world)
    const icalendar = `BEGIN:VEVENT\n${lines}\nEND:VEVENT`
    const input = { workspaceId, id, actor, version: 'any', icalendar, mode: 'replace' } as const
    await expect(importICalendar(input, world)).rejects.toMatchObject({
      reasons: [{ message: expect.stringContaining(why) }],
    })
  })

  test('takes nothing from a text that is none', async () => {
    const { world } = await withWorkspace()
    const { id } = await createCalendar({ workspaceId, actor, calendar: christmas }, world)
    const input = { workspaceId, id, actor, version: 'any', icalendar: 'Christmas!', mode: 'replace' } as const
    await expect(importICalendar(input, world)).rejects.toThrow('holds no event')
  })
})
