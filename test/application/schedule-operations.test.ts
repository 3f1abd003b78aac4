import { describe, expect, test } from 'vitest'
import { createCalendar } from '#application/calendars/change-calendar.ts'
import { importICalendar } from '#application/calendars/import-icalendar.ts'
import { requestRun } from '#application/runs/request-run.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { cloneSchedule } from '#application/schedules/clone-schedule.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { moveTime } from '#application/schedules/move-time.ts'
import { restoreSchedule } from '#application/schedules/restore-schedule.ts'
import { archiveSchedule, pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { releaseSwitch, throwSwitch } from '#application/workspaces/switch-stop.ts'
import { instantOf } from '#domain/time.ts'
import { actor, scheduled, workspaceId } from './scheduled.ts'

const note = 'The room is booked'

const withWorkspace = async (more: Parameters<typeof scheduled>[0] = {}) => {
  const lab = await scheduled(more)
  const at = instantOf(lab.world.clock.now())
  const value = { id: workspaceId, name: 'Lab', version: 1, createdAt: at, createdBy: 'sam' } as const
  await lab.world.store.commit([{ type: 'put', kind: 'workspace', value, expect: 'absent' }])
  const next = async () => (await getSchedule(lab.address, lab.world)).nextTimes.map(({ utc }) => utc.slice(0, 16))
  return { ...lab, next }
}

describe('moving one time', () => {
  test('fires at the new time instead, and tells so at the old one', async () => {
    const { world, address, next, fire, runs } = await withWorkspace()
    await moveTime({ ...address, to: '2026-11-21T14:00', note }, world)
    expect((await next()).slice(0, 2)).toEqual(['2026-11-21T13:00', '2026-11-22T08:00'])
    await fire('2026-11-21T08:00:00.000Z')
    expect(await runs()).toMatchObject([{ outcome: 'skipped', end: { reason: 'excluded' } }])
    await fire('2026-11-21T13:00:00.000Z')
    expect((await runs())[1]).toMatchObject({ outcome: 'failed', end: { reason: 'no-agent' } })
  })

  test('has one entry at EventBridge all the while, first for the moved time, then for the rule again', async () => {
    const { world, address, fire, timetable } = await withWorkspace()
    await moveTime({ ...address, from: '2026-11-21T09:00', to: '2026-11-21T14:00', note }, world)
    expect([...timetable.entries.values()].map(({ expression }) => expression)).toEqual(['at(2026-11-21T13:00:00)'])
    await fire('2026-11-21T13:00:00.000Z')
    expect([...timetable.entries.values()].map(({ expression }) => expression)).toEqual(['cron(0 9 * * ? *)'])
  })

  test('again moves it from where it stood by the rule', async () => {
    const { world, address, next } = await withWorkspace()
    await moveTime({ ...address, from: '2026-11-21T09:00', to: '2026-11-21T14:00', note }, world)
    const moved = await moveTime({ ...address, from: '2026-11-21T09:00', to: '2026-11-21T15:00', note }, world)
    expect(moved.moves).toHaveLength(1)
    expect((await next())[0]).toBe('2026-11-21T14:00')
  })

  test.each([
    ['2026-11-22T09:00', 'fires-already'],
    ['2026-11-20T09:00', 'in-the-past'],
    ['soon', 'bad-time'],
  ])('to %s is refused: %s', async (to, code) => {
    const { world, address } = await withWorkspace()
    await expect(moveTime({ ...address, to, note }, world)).rejects.toMatchObject({ reasons: [{ code, path: '/to' }] })
  })

  test('of a time that is none is refused, and the next one is named', async () => {
    const { world, address } = await withWorkspace()
    const moving = moveTime({ ...address, from: '2026-11-21T10:00', to: '2026-11-21T14:00', note }, world)
    await expect(moving).rejects.toThrow('Sunday 22 November 2026, 09:00')
  })

  test('is undone by taking all moves away', async () => {
    const { world, address, next } = await withWorkspace()
    await moveTime({ ...address, to: '2026-11-21T14:00', note }, world)
    await changeSchedule({ ...address, patch: { moves: null } }, world)
    expect((await next())[0]).toBe('2026-11-21T08:00')
  })
})

describe('a kill switch', () => {
  test('for everything stops firings and people alike, and says who threw it and why', async () => {
    const { world, address, fire, runs } = await withWorkspace()
    await throwSwitch({ workspaceId, actor, version: 'any', note: 'Water on the floor' }, world)
    await fire('2026-11-21T08:00:00.000Z')
    expect(await runs()).toMatchObject([
      {
        outcome: 'skipped',
        end: { reason: 'stopped-by-switch', message: expect.stringContaining('Water on the floor') },
      },
    ])
    const request = { workspaceId, actor, source: { kind: 'schedule', scheduleId: address.id } } as const
    await expect(requestRun(request, world)).rejects.toMatchObject({ code: 'invalid_state' })
    await releaseSwitch({ workspaceId, actor, version: 'any', note: 'Dry' }, world)
    await fire('2026-11-22T08:00:00.000Z')
    expect((await runs())[1]).toMatchObject({ end: { reason: 'no-agent' } })
  })

  test('for a tag stops the schedules with that tag, and no others', async () => {
    const { world, fire, runs } = await withWorkspace({ tags: ['night'] })
    await throwSwitch({ workspaceId, actor, version: 'any', tag: 'day', note: 'x' }, world)
    await fire('2026-11-21T08:00:00.000Z')
    expect(await runs()).toMatchObject([{ end: { reason: 'no-agent' } }])
    await throwSwitch({ workspaceId, actor, version: 'any', tag: 'night', note: 'x' }, world)
    await fire('2026-11-22T08:00:00.000Z')
    expect((await runs())[1]).toMatchObject({ end: { reason: 'stopped-by-switch' } })
  })

  test('is thrown once and put back once, however often it is asked for', async () => {
    const { world } = await withWorkspace()
    const thrown = { workspaceId, actor, version: 'any', note: 'x' } as const
    const first = await throwSwitch(thrown, world)
    expect(await throwSwitch(thrown, world)).toEqual(first)
    const back = await releaseSwitch(thrown, world)
    expect(back.stops).toBeUndefined()
    expect(await releaseSwitch(thrown, world)).toEqual(back)
  })
})

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

describe('archive and copy', () => {
  test('an archived schedule comes back paused, with all that was said of it', async () => {
    const { world, address, created } = await withWorkspace()
    await archiveSchedule({ ...address, note: 'Old' }, world)
    const restored = await restoreSchedule(address, world)
    expect(restored).toMatchObject({ status: 'paused', rule: created.rule, name: created.name })
    await expect(restoreSchedule(address, world)).rejects.toMatchObject({ code: 'invalid_state' })
  })

  test('a copy is another schedule, paused, without the external name', async () => {
    const { world, address, created } = await withWorkspace({ externalName: 'daily' })
    const copy = await cloneSchedule({ ...address, name: 'Copy' }, world)
    expect(copy).toMatchObject({ status: 'paused', name: 'Copy', rule: created.rule, protocolId: created.protocolId })
    expect(copy.id).not.toBe(created.id)
    expect(copy.externalName).toBeUndefined()
  })
})

describe('a pause until a moment', () => {
  test('must end in the future', async () => {
    const { world, address } = await withWorkspace()
    const pause = pauseSchedule({ ...address, note, until: '2026-11-19T00:00:00.000Z' }, world)
    await expect(pause).rejects.toMatchObject({ reasons: [{ code: 'in-the-past', path: '/until' }] })
  })

  test('ends with the first firing after it, which runs', async () => {
    const { world, address, fire, runs, schedule, timetable } = await withWorkspace()
    await pauseSchedule({ ...address, note, until: '2026-11-22T00:00:00.000Z' }, world)
    expect([...timetable.entries.values()]).toMatchObject([{ startAt: '2026-11-21T23:59:59.999Z' }])
    await fire('2026-11-22T08:00:00.000Z')
    expect(await schedule()).toMatchObject({ status: 'active' })
    expect(await runs()).toMatchObject([{ end: { reason: 'no-agent' } }])
  })

  test('tells the times after it', async () => {
    const { world, address, next } = await withWorkspace()
    await pauseSchedule({ ...address, note, until: '2026-11-23T00:00:00.000Z' }, world)
    expect((await next())[0]).toBe('2026-11-23T08:00')
  })
})

describe('the number of runs', () => {
  test('ends the schedule; skipped ones do not count', async () => {
    const { fire, runs, schedule, timetable } = await withWorkspace({
      maxRuns: 2,
      exclusions: [{ from: '2026-11-22' }],
    })
    for (const day of ['21', '22', '23', '24']) await fire(`2026-11-${day}T08:00:00.000Z`)
    expect((await runs()).map((run) => run.status === 'ended' && run.end.reason)).toEqual([
      'no-agent',
      'excluded',
      'no-agent',
      'schedule-not-active',
    ])
    expect(await schedule()).toMatchObject({ status: 'completed' })
    expect(timetable.entries.size).toBeLessThanOrEqual(1)
  })
})

describe('jitter', () => {
  test('delays each run by a part of the bound that its time decides, the same on every delivery', async () => {
    const { fire, runs, next } = await withWorkspace({ jitterSeconds: 600 })
    const predicted = (await next())[0]
    await fire('2026-11-21T08:00:00.000Z')
    const [run] = await runs()
    expect(run).toMatchObject({ status: 'waiting', waiting: { reason: 'jitter' } })
    expect(run?.dueAt.slice(0, 16)).toBe(predicted)
    const lateMs = Date.parse(run?.dueAt ?? '') - Date.parse('2026-11-21T08:00:00.000Z')
    expect(lateMs).toBeGreaterThan(0)
    expect(lateMs).toBeLessThanOrEqual(600_000)
  })

  test('longer than the shortest distance between two times is refused', async () => {
    const rule = { kind: 'cron', expression: '0,10 9 * * ? *' } as const
    await expect(withWorkspace({ rule, jitterSeconds: 600 })).rejects.toMatchObject({
      reasons: [{ code: 'jitter-too-long', path: '/jitterSeconds' }],
    })
    await expect(withWorkspace({ rule, jitterSeconds: 599 })).resolves.toBeDefined()
  })
})
