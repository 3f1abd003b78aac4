import { describe, expect, test } from 'vitest'
import { changeSchedule, type SchedulePatch } from '#application/schedules/change-schedule.ts'
import { deleteSchedule } from '#application/schedules/delete-schedule.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { archiveSchedule, pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { armingChange, settleArming } from '#application/timetable/arm-schedule.ts'
import { sweepTimetable } from '#application/timetable/sweep-timetable.ts'
import type { ScheduleId } from '#domain/ids.ts'
import { minutes } from '#domain/time.ts'
import { send } from '../api/call.ts'
import { furnish, scheduleBody, successOf } from '../api/furnished.ts'
import { noon, workspaceId } from '../api/laboratory.ts'

const actor = { kind: 'person', subject: 'manager' } as const

const furnished = async (change: Record<string, unknown> = {}) => {
  const { lab, things } = await furnish()
  const body = { ...scheduleBody(things.protocolId ?? ''), ...change }
  const create = async (): Promise<ScheduleId> =>
    (await send(lab, { ...successOf('createSchedule', things), body })).body.id
  const armed = (id: ScheduleId) => lab.timetable.entries.get(id)
  const stateOf = async (id: ScheduleId) =>
    (await lab.world.store.get('arming', { workspaceId, scheduleId: id }))?.state
  const change1 = (id: ScheduleId, patch: SchedulePatch) =>
    changeSchedule({ workspaceId, id, actor, version: 'any', patch }, lab.world)
  return { lab, things, create, armed, stateOf, change: change1 }
}

describe('the entry at EventBridge Scheduler follows the schedule', () => {
  test('created, paused, resumed, archived', async () => {
    const { lab, create, armed, stateOf } = await furnished()
    const id = await create()
    const address = { workspaceId, id, actor, version: 'any' } as const
    expect(armed(id)).toMatchObject({ expression: 'cron(0 9 ? * MON-FRI *)', timeZone: 'Europe/Berlin', generation: 1 })
    expect((await pauseSchedule({ ...address, note: 'Holiday' }, lab.world)).generation).toBe(2)
    expect(armed(id)).toBeUndefined()
    expect((await resumeSchedule(address, lab.world)).generation).toBe(3)
    expect(armed(id)?.generation).toBe(3)
    await archiveSchedule({ ...address, note: 'Gone' }, lab.world)
    expect(armed(id)).toBeUndefined()
    expect(await stateOf(id)).toBe('settled')
  })

  test('a new rule voids firings of the old one; a new name voids nothing', async () => {
    const { lab, create, armed, change } = await furnished()
    const id = await create()
    const calls = lab.timetable.calls
    const renamed = await change(id, { name: 'Weekdays', tags: ['a'], overlap: 'allow' })
    expect([renamed.generation, renamed.version, lab.timetable.calls]).toEqual([1, 2, calls])
    const retimed = await change(id, { rule: { kind: 'rate', every: 2, unit: 'hour' } })
    expect(retimed.generation).toBe(2)
    expect(armed(id)).toMatchObject({ expression: 'rate(2 hours)', generation: 2 })
  })

  test('a longer misfire grace is handed over, and voids nothing', async () => {
    const { create, armed, change } = await furnished()
    const id = await create()
    const { settings } = await change(id, {})
    const after = await change(id, { settings: { ...settings, startWithinSeconds: 7_200 } })
    expect([after.generation, armed(id)?.maximumEventAgeSeconds]).toEqual([1, 7_200])
  })

  test('a rate keeps its rhythm, however often it is armed anew', async () => {
    const rule = { kind: 'rate', every: 10, unit: 'minute' }
    const { lab, create, armed } = await furnished({ rule, timeZone: 'UTC' })
    const id = await create()
    expect(armed(id)?.startAt).toBe('2026-11-20T12:10:00.000Z')
    lab.clock.nowMs = noon + minutes(25)
    await pauseSchedule({ workspaceId, id, actor, version: 'any', note: 'Wait' }, lab.world)
    lab.clock.nowMs = noon + minutes(33)
    await resumeSchedule({ workspaceId, id, actor, version: 'any' }, lab.world)
    expect(armed(id)?.startAt).toBe('2026-11-20T12:40:00.000Z')
    const { nextTimes } = await getSchedule({ workspaceId, id }, lab.world)
    expect(nextTimes[0]).toEqual({ utc: '2026-11-20T12:40:00.000Z', local: '2026-11-20T12:40:00 UTC' })
  })

  test('while EventBridge does not answer, changes stand and wait for the sweeper', async () => {
    const { lab, create, armed, stateOf } = await furnished()
    lab.timetable.down = true
    const id = await create()
    expect([armed(id), await stateOf(id)]).toEqual([undefined, 'pending'])
    expect(await sweepTimetable(workspaceId, lab.world)).toEqual({ repaired: 0, failed: 1 })
    lab.timetable.down = false
    expect(await sweepTimetable(workspaceId, lab.world)).toEqual({ repaired: 1, failed: 0 })
    expect([armed(id)?.generation, await stateOf(id)]).toEqual([1, 'settled'])
    expect(await sweepTimetable(workspaceId, lab.world)).toEqual({ repaired: 0, failed: 0 })
  })

  test('deleted for good while EventBridge does not answer: the entry goes when it does', async () => {
    const { lab, create, armed, stateOf } = await furnished()
    const id = await create()
    lab.timetable.down = true
    await deleteSchedule({ workspaceId, id, actor, version: 1 }, lab.world)
    expect(await lab.world.store.get('schedule', { workspaceId, id })).toBeUndefined()
    expect(armed(id)).toBeDefined()
    lab.timetable.down = false
    await sweepTimetable(workspaceId, lab.world)
    expect([armed(id), await stateOf(id)]).toEqual([undefined, undefined])
  })

  test('a change that comes in while another one is being settled wins', async () => {
    const { lab, create, armed, stateOf } = await furnished()
    const id = await create()
    const schedule = await lab.world.store.get('schedule', { workspaceId, id })
    const arming = await lab.world.store.get('arming', { workspaceId, scheduleId: id })
    if (!schedule) throw new Error('no schedule')
    await lab.world.store.commit([armingChange(schedule, arming)])
    // The settling process has read the schedule and stalls before its call; meanwhile a person pauses.
    let stalled = true
    const timetable: typeof lab.world.timetable = {
      ...lab.world.timetable,
      put: async (entry) => {
        if (stalled) {
          stalled = false
          await pauseSchedule({ workspaceId, id, actor, version: 'any', note: 'Stop' }, lab.world)
        }
        await lab.world.timetable.put(entry)
      },
    }
    await settleArming(workspaceId, id, { ...lab.world, timetable })
    expect([armed(id), await stateOf(id)]).toEqual([undefined, 'settled'])
  })
})

describe('states of a schedule', () => {
  test('an `at` that passed while it was paused is completed by resuming, and active again with a new time', async () => {
    const { lab, create, armed, change } = await furnished({ rule: { kind: 'at', at: '2026-11-20T13:00:00Z' } })
    const id = await create()
    const address = { workspaceId, id, actor, version: 'any' } as const
    await pauseSchedule({ ...address, note: 'Wait' }, lab.world)
    lab.clock.nowMs = noon + minutes(90)
    expect((await resumeSchedule(address, lab.world)).status).toBe('completed')
    expect(armed(id)).toBeUndefined()
    const again = await change(id, { rule: { kind: 'at', at: '2026-11-21T09:00' } })
    expect(again).toMatchObject({ status: 'active', rule: { at: '2026-11-21T08:00:00.000Z' } })
    expect(armed(id)?.expression).toBe('at(2026-11-21T08:00:00)')
  })

  test('what cannot be done says what can', async () => {
    const { lab, create, change } = await furnished()
    const id = await create()
    const address = { workspaceId, id, actor, version: 'any' } as const
    await archiveSchedule({ ...address, note: 'Gone' }, lab.world)
    for (const attempt of [
      pauseSchedule({ ...address, note: 'Stop' }, lab.world),
      resumeSchedule(address, lab.world),
      change(id, { name: 'Back' }),
    ])
      await expect(attempt).rejects.toMatchObject({
        code: 'invalid_state',
        message: expect.stringContaining('archived and cannot be'),
        current: { status: 'archived' },
      })
  })

  test('with a live run it cannot be deleted for good', async () => {
    const { lab, things } = await furnish()
    const id = things.scheduleId as ScheduleId
    await expect(deleteSchedule({ workspaceId, id, actor, version: 'any' }, lab.world)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining(things.runId ?? ''),
    })
    await send(lab, successOf('abortRun', things))
    await deleteSchedule({ workspaceId, id, actor, version: 'any' }, lab.world)
    expect((await send(lab, successOf('getRun', things))).status).toBe(200)
  })
})
