import { describe, expect, test } from 'vitest'
import { requestRun } from '#application/runs/request-run.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { cloneSchedule } from '#application/schedules/clone-schedule.ts'
import { moveTime } from '#application/schedules/move-time.ts'
import { restoreSchedule } from '#application/schedules/restore-schedule.ts'
import { archiveSchedule, pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { releaseSwitch, throwSwitch } from '#application/workspaces/switch-stop.ts'
import { actor, workspaceId } from './scheduled.ts'
import { withWorkspace } from './with-workspace.ts'

const note = 'The room is booked'

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
