import { createAsset } from '#application/assets/create-asset.ts'
import { createProtocol } from '#application/protocols/create-protocol.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { createSchedule, type NewSchedule } from '#application/schedules/create-schedule.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { createLaboratory } from '../api/laboratory.ts'

export const workspaceId = 'ws_one' as const
export const actor = { kind: 'person', subject: 'sam' } as const

/**
 * A schedule in a laboratory whose clock stands until it is set: made on Friday 20 November 2026 at 13:00 in Berlin, daily at
 * 09:00 there. Its runs fail at once, because its machine has no agent.
 */
export const scheduled = async (more: Partial<Omit<NewSchedule, 'settings'>> & { settings?: object } = {}) => {
  const lab = createLaboratory()
  const { world } = lab
  const asset = { name: 'Reader', kind: 'machine', capacity: 1, capabilities: [], tags: [] } as const
  const { id: assetId } = await createAsset(
    { workspaceId, actor, asset: { ...asset, capabilities: [], tags: [] } },
    world,
  )
  const { id: protocolId } = await createProtocol(
    {
      workspaceId,
      actor,
      protocol: {
        name: 'Report',
        driver: 'simulator',
        requirements: [{ assetId, units: 1 }],
        expectedDurationSeconds: 60,
        heartbeatSeconds: 30,
        tags: [],
      },
    },
    world,
  )
  const { settings, ...rest } = more
  const created = await createSchedule(
    {
      workspaceId,
      actor,
      schedule: {
        name: 'Daily',
        protocolId,
        parameters: {},
        rule: { kind: 'cron', expression: '0 9 * * ? *' },
        timeZone: 'Europe/Berlin',
        overlap: 'skip',
        settings: runSettingsSchema.parse(settings ?? {}),
        tags: [],
        ...rest,
      },
    },
    world,
  )
  const { id } = created
  const schedule = () => world.store.get('schedule', { workspaceId, id })
  const setClock = (time: string | number): void => {
    lab.clock.nowMs = typeof time === 'number' ? time : Date.parse(time)
  }
  return {
    world,
    timetable: lab.timetable,
    started: lab.started,
    created,
    address: { workspaceId, id, actor, version: 'any' } as const,
    schedule,
    setClock,
    /** EventBridge delivers a firing, at the very time that it was due, or a little later. */
    fire: async (scheduledTime: string, lateSeconds = 0) => {
      setClock(Date.parse(scheduledTime) + lateSeconds * 1_000)
      const arming = (await schedule())?.generation ?? 0
      const start = { kind: 'scheduled', workspaceId, scheduleId: id, scheduledTime, arming } as const
      return prepareRun(start, `execution-${scheduledTime}`, world)
    },
    runs: async () => (await world.store.list('run', workspaceId, { limit: 100 })).items,
  }
}
