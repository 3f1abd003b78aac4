import { describe, expect, test } from 'vitest'
import { createAsset } from '#application/assets/create-asset.ts'
import { createProtocol } from '#application/protocols/create-protocol.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { createSchedule } from '#application/schedules/create-schedule.ts'
import { previewRule } from '#application/schedules/preview-rule.ts'
import type { Exclusion } from '#domain/schedules/exclusion.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { createLaboratory, noon } from '../api/laboratory.ts'

const workspaceId = 'ws_one'
const actor = { kind: 'person', subject: 'sam' } as const
const daily = { kind: 'cron', expression: '0 9 * * ? *' } as const
const christmas: Exclusion = { from: '2026-12-24', to: '2026-12-26', note: 'Christmas' }

const scheduled = async (exclusions: Exclusion[]) => {
  const lab = createLaboratory()
  const { world } = lab
  const asset = await createAsset(
    { workspaceId, actor, asset: { name: 'Reader', kind: 'machine', capacity: 1, capabilities: [], tags: [] } },
    world,
  )
  const protocol = await createProtocol(
    {
      workspaceId,
      actor,
      protocol: {
        name: 'Report',
        driver: 'simulator',
        requirements: [{ assetId: asset.id, units: 1 }],
        expectedDurationSeconds: 60,
        heartbeatSeconds: 30,
        tags: [],
      },
    },
    world,
  )
  const schedule = await createSchedule(
    {
      workspaceId,
      actor,
      schedule: {
        name: 'Daily',
        protocolId: protocol.id,
        parameters: {},
        rule: daily,
        timeZone: 'Europe/Berlin',
        exclusions,
        overlap: 'skip',
        settings: runSettingsSchema.parse({}),
        tags: [],
      },
    },
    world,
  )
  const fire = (scheduledTime: string) => {
    lab.clock.nowMs = Date.parse(scheduledTime)
    const { id: scheduleId, generation: arming } = schedule
    return prepareRun({ kind: 'scheduled', workspaceId, scheduleId, scheduledTime, arming }, 'execution', world)
  }
  return { world, schedule, fire }
}

describe('a firing on an excluded day', () => {
  test('is recorded as skipped, with the days and why', async () => {
    const { world, fire } = await scheduled([christmas])
    const prepared = await fire('2026-12-25T08:00:00.000Z')
    expect(prepared.action).toBe('end')
    const [run] = (await world.store.list('run', workspaceId, { limit: 10 })).items
    expect(run).toMatchObject({ status: 'ended', outcome: 'skipped', end: { reason: 'excluded' } })
    expect(run?.status === 'ended' && run.end.message).toContain('2026-12-24 to 2026-12-26 (Christmas)')
  })

  test('is judged by the calendar of the schedule’s zone', async () => {
    const { world, fire } = await scheduled([{ from: '2026-12-24' }])
    // 23 December in UTC, 24 December in Berlin.
    await fire('2026-12-23T23:30:00.000Z')
    const [run] = (await world.store.list('run', workspaceId, { limit: 10 })).items
    expect(run).toMatchObject({ outcome: 'skipped', end: { reason: 'excluded' } })
  })

  test('after the days were taken away runs as ever', async () => {
    const { world, schedule, fire } = await scheduled([christmas])
    const address = { workspaceId, id: schedule.id, actor, version: 'any' } as const
    const changed = await changeSchedule({ ...address, patch: { exclusions: null } }, world)
    expect(changed).not.toHaveProperty('exclusions')
    await fire('2026-12-25T08:00:00.000Z')
    const [run] = (await world.store.list('run', workspaceId, { limit: 10 })).items
    expect(run?.status === 'ended' ? run.end.reason : run?.status).not.toBe('excluded')
  })
})

describe('excluded days that make no sense', () => {
  test('end before they begin', async () => {
    await expect(scheduled([{ from: '2026-12-26', to: '2026-12-24' }])).rejects.toMatchObject({
      code: 'invalid',
      reasons: [{ code: 'empty-range', path: '/exclusions/0/to' }],
    })
  })
  test('leave nothing to fire', async () => {
    await expect(scheduled([{ from: '2000-01-01', to: '9999-01-01' }])).rejects.toMatchObject({
      reasons: [{ code: 'never-fires' }],
    })
  })
})

test('the preview shows what the days take away, beside what is left', () => {
  const { times } = previewRule(
    { rule: daily, timeZone: 'Europe/Berlin', startAt: '2026-12-23T00:00:00.000Z', exclusions: [christmas], count: 2 },
    { clock: { now: () => noon } },
  )
  expect(times.map(({ local, excluded }) => [local.slice(0, 10), excluded])).toEqual([
    ['2026-12-23', undefined],
    ['2026-12-24', '2026-12-24 to 2026-12-26 (Christmas)'],
    ['2026-12-25', '2026-12-24 to 2026-12-26 (Christmas)'],
    ['2026-12-26', '2026-12-24 to 2026-12-26 (Christmas)'],
    ['2026-12-27', undefined],
  ])
})
