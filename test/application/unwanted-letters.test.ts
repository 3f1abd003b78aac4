import { expect, test } from 'vitest'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { throwSwitch } from '#application/workspaces/switch-stop.ts'
import { minutes } from '#domain/time.ts'
import { actor, createVirtualLab, workspaceId } from '../schedules/virtual-lab.ts'

test('a letter that nobody wants any more does not make the agent ask again and again', async () => {
  const lab = await createVirtualLab({ agentSleeps: true })
  const { world, time } = lab
  const { id } = await lab.schedule({ rule: { kind: 'cron', expression: '0 13 * * ? *' } })
  await time.runUntil(time.now() + minutes(61))
  const poll = () =>
    answerPoll(
      { workspaceId, agentId: 'agt_a', session: 's', want: 1, driving: [], fences: [] },
      // The workflow does not answer either, as when its execution was stopped and nobody has seen that yet.
      { ...world, callbacks: { ...lab.engine.callbacks, fail: async () => 'gone' } },
    )
  expect((await world.store.mailbox(workspaceId, 'agt_a')).map(({ status }) => status)).toEqual(['queued'])
  await pauseSchedule({ workspaceId, id, actor, version: 'any', note: 'Visitors' }, world)
  expect(await poll()).toMatchObject({ granted: undefined, more: false })
})

test('a kill switch stops a run that is prepared and was not taken by its agent yet, and the run says so', async () => {
  const lab = await createVirtualLab({ agentSleeps: true })
  const { world, time } = lab
  await lab.schedule({ rule: { kind: 'cron', expression: '0 13 * * ? *' }, tags: ['night'] })
  await time.runUntil(time.now() + minutes(61))
  await throwSwitch({ workspaceId, actor, version: 'any', tag: 'night', note: 'Water on the floor' }, world)
  const input = { workspaceId, agentId: 'agt_a', session: 's', want: 1, driving: [], fences: [] } as const
  expect(await answerPoll(input, { ...world, callbacks: lab.engine.callbacks })).toMatchObject({ granted: undefined })
  await time.runUntil(time.now() + minutes(1))
  expect(await lab.runs()).toMatchObject([
    {
      outcome: 'skipped',
      end: { reason: 'stopped-by-switch', message: expect.stringContaining('Water on the floor') },
    },
  ])
})
