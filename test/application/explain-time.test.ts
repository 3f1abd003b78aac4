import { describe, expect, test } from 'vitest'
import { explainTime } from '#application/insight/explain-time.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { scheduled } from './scheduled.ts'

/** Until Christmas, not on 2 December. */
const daily = async () => {
  const lab = await scheduled({
    endAt: '2026-12-24T00:00:00.000Z',
    exclusions: [{ from: '2026-12-02', note: 'Maintenance' }],
  })
  const { world, address } = lab
  return {
    ...lab,
    why: (at: string) => explainTime({ ...address, at }, world),
    pause: (note: string) => pauseSchedule({ ...address, note }, world),
    resume: () => resumeSchedule(address, world),
  }
}

describe('why did it, or did it not, run then?', () => {
  test('a time that was recorded answers with its run', async () => {
    const { setClock, why, fire } = await daily()
    setClock('2026-11-21T08:00:05Z')
    await fire('2026-11-21T08:00:00.000Z')
    expect(await why('2026-11-21T09:00')).toMatchObject({
      at: '2026-11-21T08:00:00.000Z',
      local: '2026-11-21T09:00:00 Europe/Berlin',
      answer: 'recorded',
      run: { status: 'ended', outcome: 'failed' },
    })
  })

  test.each([
    ['2026-11-20T09:00', 'not-created', 'made after'],
    ['2026-12-24T09:00', 'outside-window', 'to 2026-12-24T00:00:00.000Z'],
    ['2026-12-01T10:00', 'not-due', 'at 09:00 every day, Europe/Berlin. The next is Wednesday 2 December 2026, 09:00.'],
    ['2026-12-02T09:00', 'excluded', '2026-12-02 (Maintenance)'],
    ['2026-12-05T09:00', 'not-yet', 'at 09:00 every day'],
    ['2026-12-05T08:00:00Z', 'not-yet', 'at 09:00 every day'],
    ['2026-12-03T09:00', 'on-its-way', 'ask again'],
    ['2026-12-01T09:00', 'missed', 'dead-letter'],
  ])('%s: %s', async (at, answer, message) => {
    const { setClock, why } = await daily()
    setClock('2026-12-03T08:00:30Z')
    const found = await why(at)
    expect(found.answer).toBe(answer)
    expect(found.message).toContain(message)
  })

  test('before it was made there was nothing to run', async () => {
    const { setClock, why, world, address } = await daily()
    setClock('2026-11-25T12:00:00Z')
    await changeSchedule({ ...address, patch: { startAt: '2026-11-01T00:00:00.000Z' } }, world)
    expect((await why('2026-11-19T09:00')).answer).toBe('not-created')
  })

  test('it answers for the schedule as it stood then, whatever became of it since', async () => {
    const { setClock, why, pause, resume, world, address } = await daily()
    setClock('2026-11-22T12:00:00Z')
    await pause('The lamp is being changed')
    setClock('2026-11-24T12:00:00Z')
    await resume()
    setClock('2026-11-25T12:00:00Z')
    const rule = { kind: 'cron', expression: '0 17 * * ? *' } as const
    await changeSchedule({ ...address, patch: { rule } }, world)
    setClock('2026-11-27T12:00:00Z')
    const paused = await why('2026-11-23T09:00')
    expect(paused.answer).toBe('stopped')
    expect(paused.message).toMatch(/paused since 2026-11-22T12:00:00.000Z by sam: The lamp/)
    expect((await why('2026-11-25T09:00')).answer).toBe('missed')
    expect((await why('2026-11-26T09:00')).answer).toBe('not-due')
    expect((await why('2026-11-26T17:00')).answer).toBe('missed')
  })

  test.each(['yesterday', '2026-02-30T09:00', '2027-03-28T02:30', ''])('%j is no time', async (at) => {
    const { why } = await daily()
    await expect(why(at)).rejects.toMatchObject({ code: 'invalid', reasons: [{ path: '/query/at' }] })
  })
})
