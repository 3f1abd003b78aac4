import { expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

test('an agent that is offline at the firing drives when it is back in time', async () => {
  const at = await bench()
  const protocolId = await at.protocol('later', await at.asset('Reader'))
  const { body: schedule } = await at.api.call('createSchedule', {
    params: at.params,
    body: {
      name: 'Soon',
      protocolId,
      rule: { kind: 'at', at: new Date(Math.ceil(Date.now() / 1000) * 1000 + 2_000).toISOString() },
    },
  })
  const runId = await until('the run', async () => {
    const { body } = await at.api.call('listRuns', { params: at.params, query: { scheduleId: schedule.id } })
    return body.items[0]?.id
  })
  await at.inStatus(runId, 'queued')
  at.release('later')
  at.agent.start()
  expect(await at.ended(runId)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('later')).toHaveLength(1)
})

test('an agent that is back too late drives nothing: the run failed, the assets are free (I10)', async () => {
  const at = await bench()
  const protocolId = await at.protocol('never', await at.asset('Reader'))
  const { body } = await at.api.call('startRun', {
    params: at.params,
    body: { protocolId, settings: { startWithinSeconds: 2 } },
  })
  expect(await at.ended(body.id)).toMatchObject({ outcome: 'failed', end: { reason: 'agent-silent' } })
  expect(await at.reservationsOf(body.id)).toEqual(['released'])
  at.agent.start()
  at.release('never')
  // A later run on the same agent proves that it polled and found nothing of the old one.
  const { body: next } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  expect(await at.ended(next.id)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('never')).toHaveLength(1)
  expect(laboratory().connectedAgents()).toContain(at.agent.thing)
})
