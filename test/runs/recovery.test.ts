import { describe, expect, test } from 'vitest'
import { send } from '../api/call.ts'
import { furnish, successOf } from '../api/furnished.ts'

describe('a recovery that a person asked for', () => {
  test('holds the schedule until it is cleared, and nothing else lets it run', async () => {
    const { lab, things } = await furnish()
    const scheduleId = things.scheduleId as `sch_${string}`
    const asked = await send(lab, { ...successOf('requireRecovery', things), body: { scheduleId, note: 'A noise' } })
    expect(asked.status).toBe(201)
    const schedule = async () => (await send(lab, successOf('getSchedule', things))).body.schedule
    expect(await schedule()).toMatchObject({ status: 'recovery' })
    expect(lab.timetable.entries.has(scheduleId)).toBe(false)
    expect((await send(lab, successOf('resumeSchedule', things))).status).toBe(409)
    expect((await send(lab, successOf('triggerSchedule', things))).status).toBe(409)
    const cleared = await send(lab, successOf('clearRecovery', { ...things, recoveryId: asked.body.id }))
    expect(cleared.body).toMatchObject({ status: 'cleared', clearedBy: 'admin' })
    expect(await schedule()).toMatchObject({ status: 'active' })
    expect(lab.timetable.entries.has(scheduleId)).toBe(true)
  })
})
