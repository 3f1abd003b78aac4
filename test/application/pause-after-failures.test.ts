import { describe, expect, test } from 'vitest'
import { createAsset } from '#application/assets/create-asset.ts'
import { createProtocol } from '#application/protocols/create-protocol.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { createSchedule } from '#application/schedules/create-schedule.ts'
import { resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { createLaboratory, noon } from '../api/laboratory.ts'

const workspaceId = 'ws_one'
const actor = { kind: 'person', subject: 'sam' } as const

/** A schedule whose runs fail at once, because its machine has no agent. */
const failing = async (pauseAfterFailures: number | undefined) => {
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
  const created = await createSchedule(
    {
      workspaceId,
      actor,
      schedule: {
        name: 'Hourly',
        protocolId: protocol.id,
        parameters: {},
        rule: { kind: 'rate', every: 1, unit: 'hour' },
        timeZone: 'UTC',
        overlap: 'skip',
        settings: runSettingsSchema.parse({ ...(pauseAfterFailures && { pauseAfterFailures }) }),
        tags: [],
      },
    },
    world,
  )
  const schedule = () => world.store.get('schedule', { workspaceId, id: created.id })
  let hours = 0
  const fire = async () => {
    lab.clock.nowMs = noon + ++hours * 3_600_000
    const current = await schedule()
    await prepareRun(
      {
        kind: 'scheduled',
        workspaceId,
        scheduleId: created.id,
        scheduledTime: new Date(lab.clock.nowMs).toISOString(),
        arming: current?.generation ?? 0,
      },
      `execution-${hours}`,
      world,
    )
    return (await schedule())?.status
  }
  const resume = () => resumeSchedule({ workspaceId, id: created.id, actor, version: 'any' }, world)
  return { schedule, fire, resume, world }
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
