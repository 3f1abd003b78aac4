import { describe, expect, test } from 'vitest'
import { resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { noon } from '../api/laboratory.ts'
import { scheduled } from './scheduled.ts'

const failing = async (pauseAfterFailures: number | undefined) => {
  const rule = { kind: 'rate', every: 1, unit: 'hour' } as const
  const { schedule, fire, address, world } = await scheduled({ rule, settings: { pauseAfterFailures } })
  let hours = 0
  return {
    schedule,
    fire: async () => {
      await fire(new Date(noon + ++hours * 3_600_000).toISOString())
      return (await schedule())?.status
    },
    resume: () => resumeSchedule(address, world),
  }
}

describe('a schedule that pauses after three failures in a row', () => {
  test('pauses with the third, and its note names the run and what was wrong', async () => {
    const { schedule, fire } = await failing(3)
    expect([await fire(), await fire(), await fire()]).toEqual(['active', 'active', 'paused'])
    const paused = await schedule()
    const note = paused?.status === 'paused' ? paused.stopped.note : ''
    expect(note).toMatch(/after 3 failed runs in a row; the last was run_\S+: \S/)
  })

  test('counts anew after somebody resumed it', async () => {
    const { fire, resume } = await failing(3)
    for (let i = 0; i < 3; i++) await fire()
    await resume()
    expect([await fire(), await fire(), await fire()]).toEqual(['active', 'active', 'paused'])
  })

  test('is not paused again by what it skips while it is paused', async () => {
    const { schedule, fire } = await failing(1)
    expect(await fire()).toBe('paused')
    const { version } = (await schedule()) ?? {}
    await fire()
    expect((await schedule())?.version).toBe(version)
  })
})

test('a schedule without the setting goes on', async () => {
  const { fire } = await failing(undefined)
  for (let i = 0; i < 6; i++) expect(await fire()).toBe('active')
})
