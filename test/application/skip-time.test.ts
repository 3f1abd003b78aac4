import { describe, expect, test } from 'vitest'
import { explainTime } from '#application/insight/explain-time.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { skipTime } from '#application/schedules/skip-time.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { scheduled } from './scheduled.ts'

const note = 'The lamp is being changed'

const daily = async () => {
  const lab = await scheduled()
  const { world, address } = lab
  return {
    ...lab,
    skip: (at?: string) => skipTime({ ...address, note, ...(at !== undefined && { at }) }, world),
    next: async () => (await getSchedule(address, world)).nextTimes.map(({ utc }) => utc.slice(0, 16)),
  }
}

describe('taking one time out', () => {
  test('takes the next, and then the one after it', async () => {
    const { skip, next } = await daily()
    await skip()
    expect((await next())[0]).toBe('2026-11-22T08:00')
    await skip()
    expect((await next())[0]).toBe('2026-11-23T08:00')
  })

  test('records what was due then as skipped, with the note and who it was', async () => {
    const { skip, fire, runs, world, address } = await daily()
    await skip('2026-11-22T09:00')
    expect(await explainTime({ ...address, at: '2026-11-22T09:00' }, world)).toMatchObject({ answer: 'excluded' })
    await fire('2026-11-22T08:00:00.000Z')
    expect(await runs()).toMatchObject([
      { outcome: 'skipped', end: { reason: 'excluded', message: `sam took this time out: ${note}` } },
    ])
    await fire('2026-11-23T08:00:00.000Z')
    expect((await runs())[1]).not.toMatchObject({ end: { reason: 'excluded' } })
  })

  test('twice is once, and changes nothing that a person has read', async () => {
    const { skip } = await daily()
    const first = await skip('2026-11-22T09:00')
    expect(await skip('2026-11-22T08:00:00Z')).toEqual(first)
  })

  test('does not void the firings to come', async () => {
    const { skip, created } = await daily()
    expect((await skip()).generation).toBe(created.generation)
  })

  test('forgets those that have passed, and all of them when asked', async () => {
    const { skip, setClock, address, world } = await daily()
    await skip()
    setClock('2026-11-25T12:00:00Z')
    expect((await skip()).skips).toHaveLength(1)
    expect(await changeSchedule({ ...address, patch: { skips: null } }, world)).not.toHaveProperty('skips')
  })

  test.each([
    ['2026-11-22T10:00', 'not-due', 'Monday 23 November 2026, 09:00'],
    ['2026-11-20T09:00', 'in-the-past', 'has passed'],
    ['tomorrow', 'bad-time', 'tomorrow'],
  ])('%s is refused: %s', async (at, code, says) => {
    const { skip, schedule } = await daily()
    const before = await schedule()
    await expect(skip(at)).rejects.toMatchObject({
      code: 'invalid',
      reasons: [{ code, message: expect.stringContaining(says) }],
    })
    expect(await schedule()).toEqual(before)
  })

  test('is for schedules that fire', async () => {
    const { skip, address, world } = await daily()
    await pauseSchedule({ ...address, note }, world)
    await expect(skip()).rejects.toMatchObject({ code: 'invalid_state' })
  })
})
