/** The whole laptop cloud is killed with SIGKILL during a run and started again: exactly one outcome, nothing held by it (I8). */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Bench, openBench, temporaryDirectory } from './bench.ts'
import { type LaptopProcess, startLaptop, waysInto } from './laptop-process.ts'

let directory: ReturnType<typeof temporaryDirectory>
let laptop: LaptopProcess
let at: Bench

const options = () => [
  '--no-seed',
  '--port',
  laptop ? new URL(laptop.url).port : '0',
  '--mqtts-port',
  '0',
  '--mqtt-port',
  laptop ? new URL(laptop.mqttUrl).port : '0',
]

/** Power off, power on, at the same address. */
const powerCycle = async (): Promise<void> => {
  await laptop.signal('SIGKILL')
  laptop = await startLaptop(`${directory.path}/cloud`, options())
}

beforeEach(async () => {
  directory = temporaryDirectory()
  laptop = await startLaptop(`${directory.path}/cloud`, ['--no-seed', '--port', '0'])
  at = await openBench(await waysInto(`${directory.path}/cloud`, laptop), directory.path)
})
afterEach(async () => {
  await at.stop()
  await laptop.signal('SIGTERM')
  directory.remove()
})

const startedOnce = async (runId: string): Promise<void> => {
  const ends = (await at.actions(runId)).filter((action) =>
    ['succeeded', 'failed', 'aborted', 'indeterminate', 'skipped'].includes(action.replace('run.', '')),
  )
  expect(ends).toHaveLength(1)
  expect(at.drives('surviving').length).toBeLessThanOrEqual(1)
  const [status] = await at.reservationsOf(runId)
  expect(['released', 'quarantined']).toContain(status)
}

test('while the instrument is driven, and again before the agent reported', async () => {
  at.agent.start()
  const protocolId = await at.protocol('surviving', await at.asset('Reader'), { heartbeatSeconds: 30 })
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  await at.inStatus(body.id, 'running')
  await powerCycle()
  expect((await at.run(body.id)).status).toBe('running')
  await laptop.signal('SIGKILL')
  at.release('surviving')
  laptop = await startLaptop(`${directory.path}/cloud`, options())
  expect(await at.ended(body.id)).toMatchObject({ outcome: 'succeeded' })
  await startedOnce(body.id)
  expect(at.drives('surviving')).toHaveLength(1)
})

test('while the command waits for its agent', async () => {
  const protocolId = await at.protocol('surviving', await at.asset('Reader'))
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  await at.inStatus(body.id, 'queued')
  await powerCycle()
  at.release('surviving')
  at.agent.start()
  expect(await at.ended(body.id)).toMatchObject({ outcome: 'succeeded' })
  await startedOnce(body.id)
})

test('right after the run was acknowledged', async () => {
  at.agent.start()
  const protocolId = await at.protocol('surviving', await at.asset('Reader'))
  at.release('surviving')
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  await powerCycle()
  expect(await at.ended(body.id, 60_000)).toMatchObject({ outcome: 'succeeded' })
  await startedOnce(body.id)
})

test('together with the agent, while the instrument is driven', async () => {
  at.agent.start()
  const protocolId = await at.protocol('surviving', await at.asset('Reader'), { heartbeatSeconds: 30 })
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  await at.inStatus(body.id, 'running')
  await at.agent.kill()
  await powerCycle()
  at.agent.start()
  at.release('surviving')
  expect(await at.ended(body.id)).toMatchObject({ outcome: 'succeeded' })
  await startedOnce(body.id)
})
