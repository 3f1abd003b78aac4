import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { previewRule } from '#application/schedules/preview-rule.ts'
import type { Exclusion } from '#domain/schedules/exclusion.ts'
import { noon } from '../api/laboratory.ts'
import { scheduled } from './scheduled.ts'

const daily = { kind: 'cron', expression: '0 9 * * ? *' } as const
const christmas: Exclusion = { from: '2026-12-24', to: '2026-12-26', note: 'Christmas' }

describe('a firing on an excluded day', () => {
  test('is recorded as skipped, with the days and why', async () => {
    const { runs, fire } = await scheduled({ exclusions: [christmas] })
    const prepared = await fire('2026-12-25T08:00:00.000Z')
    expect(prepared.action).toBe('end')
    const [run] = await runs()
    expect(run).toMatchObject({ status: 'ended', outcome: 'skipped', end: { reason: 'excluded' } })
    expect(run?.status === 'ended' && run.end.message).toContain('2026-12-24 to 2026-12-26 (Christmas)')
  })

  test('is judged by the calendar of the schedule’s zone', async () => {
    const { runs, fire } = await scheduled({ exclusions: [{ from: '2026-12-24' }] })
    // 23 December in UTC, 24 December in Berlin.
    await fire('2026-12-23T23:30:00.000Z')
    const [run] = await runs()
    expect(run).toMatchObject({ outcome: 'skipped', end: { reason: 'excluded' } })
  })

  test('after the days were taken away runs as ever', async () => {
    const { world, address, runs, fire } = await scheduled({ exclusions: [christmas] })
    const changed = await changeSchedule({ ...address, patch: { exclusions: null } }, world)
    expect(changed).not.toHaveProperty('exclusions')
    await fire('2026-12-25T08:00:00.000Z')
    const [run] = await runs()
    expect(run?.status === 'ended' ? run.end.reason : run?.status).not.toBe('excluded')
  })
})

describe('excluded days that make no sense', () => {
  test('end before they begin', async () => {
    await expect(scheduled({ exclusions: [{ from: '2026-12-26', to: '2026-12-24' }] })).rejects.toMatchObject({
      code: 'invalid',
      reasons: [{ code: 'empty-range', path: '/exclusions/0/to' }],
    })
  })
  test('leave nothing to fire', async () => {
    await expect(scheduled({ exclusions: [{ from: '2000-01-01', to: '9999-01-01' }] })).rejects.toMatchObject({
      reasons: [{ code: 'never-fires' }],
    })
  })
})

test('the preview shows what the days take away, beside what is left', async () => {
  const { times } = await previewRule(
    {
      workspaceId: 'ws_one',
      rule: daily,
      timeZone: 'Europe/Berlin',
      startAt: '2026-12-23T00:00:00.000Z',
      exclusions: [christmas],
      count: 2,
    },
    { clock: { now: () => noon }, store: createMemoryStore() },
  )
  expect(times.map(({ local, excluded }) => [local.slice(0, 10), excluded])).toEqual([
    ['2026-12-23', undefined],
    ['2026-12-24', '2026-12-24 to 2026-12-26 (Christmas)'],
    ['2026-12-25', '2026-12-24 to 2026-12-26 (Christmas)'],
    ['2026-12-26', '2026-12-24 to 2026-12-26 (Christmas)'],
    ['2026-12-27', undefined],
  ])
})
