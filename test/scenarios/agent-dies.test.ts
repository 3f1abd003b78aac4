/** The agent’s process is killed before, during and after a drive. No drive is repeated (I2), no asset is freed by silence (I3). */
import { expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

const started = async (name: string, settings: { startWithinSeconds?: number } = {}) => {
  const at = await bench()
  at.agent.start()
  const protocolId = await at.protocol(name, await at.asset('Reader'))
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId, settings } })
  return { at, protocolId, runId: body.id }
}

const gone = (group: number): boolean => {
  try {
    process.kill(-group, 0)
    return false
  } catch {
    return true
  }
}

test('killed before the drive: the next life takes the command and drives once', async () => {
  const at = await bench()
  at.agent.start()
  await until('the connection', () => laboratory().connectedAgents().includes(at.agent.thing))
  await at.agent.kill()
  const protocolId = await at.protocol('before', await at.asset('Reader'))
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  await at.inStatus(body.id, 'queued')
  at.release('before')
  at.agent.start()
  expect(await at.ended(body.id)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('before')).toHaveLength(1)
  expect(await at.reservationsOf(body.id)).toEqual(['released'])
})

test('killed during the drive, the program goes on: the next life finds it and reports its end', async () => {
  const { at, runId } = await started('during')
  await at.inStatus(runId, 'running')
  await at.agent.kill()
  at.agent.start()
  at.release('during')
  expect(await at.ended(runId)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('during')).toHaveLength(1)
  expect(await at.reservationsOf(runId)).toEqual(['released'])
})

test('killed with its program, as by a power loss: nobody knows, so the asset stays held until a person looked', async () => {
  const { at, protocolId, runId } = await started('power', { startWithinSeconds: 5 })
  await at.inStatus(runId, 'running')
  const { group } = await until('the drive', () => at.drives('power')[0])
  await at.agent.kill()
  process.kill(-group, 'SIGKILL')
  await until('the end of the program', () => gone(group))
  at.agent.start()
  expect(await at.ended(runId)).toMatchObject({ outcome: 'indeterminate' })
  expect(at.drives('power')).toHaveLength(1)
  expect(await at.reservationsOf(runId)).toEqual(['quarantined'])

  const busy = await at.api.call('startRun', {
    params: at.params,
    body: { protocolId, settings: { assetWait: { maxAttempts: 1, delaySeconds: 1 } } },
  })
  expect(await at.ended(busy.body.id)).toMatchObject({ outcome: 'failed', end: { reason: 'assets-busy' } })

  await at.releaseQuarantine(runId)
  expect(await at.reservationsOf(runId)).toEqual(['released'])
  at.release('power')
  const { body: again } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  expect(await at.ended(again.id)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('power')).toHaveLength(2)
})

test('killed for good during the drive: contact is lost, the asset is held, and a late report says what happened', async () => {
  const { at, runId } = await started('silent', { startWithinSeconds: 3 })
  await at.inStatus(runId, 'running')
  await at.agent.kill()
  const end = await at.ended(runId)
  expect(end).toMatchObject({ outcome: 'indeterminate', end: { reason: 'lost-contact' } })
  expect(await at.reservationsOf(runId)).toEqual(['quarantined'])
  at.release('silent')
  at.agent.start()
  await until('the late report', async () => (await at.actions(runId)).includes('run.late-report'))
  expect((await at.run(runId)).version).toBe(end.version)
  expect(at.drives('silent')).toHaveLength(1)
})

test('killed after the drive, before its report arrived: the journal tells the next life, nothing is driven again', async () => {
  const { at, runId } = await started('after')
  await at.inStatus(runId, 'running')
  const deaf = laboratory().cloud.faults.inject({
    function: 'agents',
    service: 'lambda',
    operation: 'Invoke',
    times: 10_000,
    effect: { kind: 'fail' },
  })
  at.release('after')
  await until('the end in the journal', () => at.agent.journal().includes('"succeeded"'))
  await at.agent.kill()
  expect((await at.run(runId)).status).toBe('running')
  deaf.remove()
  at.agent.start()
  expect(await at.ended(runId)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('after')).toHaveLength(1)
  expect(await at.reservationsOf(runId)).toEqual(['released'])
})
