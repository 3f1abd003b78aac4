/** What the sweeper finds that everybody else has lost. */
import { expect, test } from 'vitest'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import { sweepRuns } from '#application/runs/sweep-runs.ts'
import type { ProtocolId } from '#domain/ids.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { minutes } from '#domain/time.ts'
import { furnish } from '../api/furnished.ts'
import { workspaceId } from '../api/laboratory.ts'

test('a run whose execution was stopped before it did anything, unheard, is started again under a name that is free', async () => {
  const { lab, things } = await furnish()
  // As Step Functions has it: a name is used once, and starting it again is taken for the start that it was.
  const names = new Set<string>()
  const started: string[] = []
  const workflows: typeof lab.world.workflows = {
    ...lab.world.workflows,
    startRun: async (name, ...rest) => {
      if (names.has(name)) return
      names.add(name)
      started.push(name)
      await lab.world.workflows.startRun(name, ...rest)
    },
  }
  const world = { ...lab.world, workflows }
  const { id } = await requestRun(
    {
      workspaceId,
      actor: { kind: 'person', subject: 'admin' },
      source: {
        kind: 'protocol',
        protocolId: things.protocolId as ProtocolId,
        settings: runSettingsSchema.parse({}),
      },
      parameters: {},
    },
    world,
  )
  expect(started).toEqual([id])
  // Its execution is stopped from outside, and the event of it is lost.
  lab.clock.nowMs += minutes(1)
  await sweepRuns(workspaceId, world)
  expect(started).toEqual([id])
  lab.clock.nowMs += minutes(4)
  await sweepRuns(workspaceId, world)
  const again = started.filter((name) => name.startsWith(`${id}.`))
  expect(again).toHaveLength(1)
  // Were it only slow, the two would not hinder each other: one acts, the other ends.
  const first = await prepareRun({ kind: 'requested', workspaceId, runId: id }, `exec-${again[0]}`, world)
  expect(first.action).toBe('drive')
  expect(await prepareRun({ kind: 'requested', workspaceId, runId: id }, `exec-${id}`, world)).toMatchObject({
    action: 'end',
    reason: expect.stringContaining('Another execution'),
  })
})
