import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAgentProcess } from '#local/processes/agent-process.ts'
import { type Laboratory, startLaboratory } from '#local/processes/laboratory.ts'
import type { Row } from './benches.ts'

const instruments = 20
const runs = 200
const workspaceId = 'ws_bench'
const params = { workspaceId }
/** The execution of a run that a person started is named by the run. */
const executionOf = ({ cloud }: Laboratory, runId: string) =>
  cloud.stepFunctions.describe(
    `${cloud.template.stateMachines[0]?.arn.replace(':stateMachine:', ':execution:')}:${runId}`,
  )

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts runs on all instruments as fast as they are free, through everything that a real run passes. */
export const measureLaptop = async (): Promise<readonly Row[]> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchtime-bench-'))
  const booting = performance.now()
  const laboratory = await startLaboratory({ dataDir })
  const bootSeconds = (performance.now() - booting) / 1000
  const api = await laboratory.clientFor('admin')
  await api.call('createWorkspace', { body: { id: workspaceId, name: 'Bench' } })
  const { body: enrolled } = await api.call('enrolAgent', { params, body: { name: 'Fast' } })
  const agent = startAgentProcess({
    thing: enrolled.thingName,
    mqttUrl: laboratory.mqttUrl,
    password: laboratory.passwordFor(enrolled.thingName),
    dataDir: join(dataDir, 'agent'),
    roots: [],
    more: ['--max-concurrent', String(instruments)],
  })
  try {
    const protocols = await Promise.all(
      Array.from({ length: instruments }, async (_, i) => {
        const asset = { name: `Instrument ${i}`, kind: 'machine', agentId: enrolled.id } as const
        const { body } = await api.call('createAsset', { params, body: asset })
        const protocol = {
          name: `P${i}`,
          driver: 'simulator',
          requirements: [{ assetId: body.id }],
          expectedDurationSeconds: 1,
        }
        return (await api.call('createProtocol', { params, body: protocol })).body.id
      }),
    )
    const before = laboratory.cloud.meter.snapshot()
    const began = performance.now()
    let left = runs
    const runIds: string[] = []
    await Promise.all(
      protocols.map(async (protocolId) => {
        while (left-- > 0) {
          const { body } = await api.call('startRun', { params, body: { protocolId, parameters: { durationMs: 0 } } })
          // Watched from beside, so that what is measured is the runs and not the watching.
          while (executionOf(laboratory, body.id)?.status === 'RUNNING') await pause(20)
          runIds.push(body.id)
        }
      }),
    )
    const seconds = (performance.now() - began) / 1000
    const used = laboratory.cloud.meter.since(before)
    const ended = await Promise.all(
      runIds.map(async (runId) => (await api.call('getRun', { params: { ...params, runId } })).body),
    )
    const succeeded = ended.filter((run) => run.status === 'ended' && run.outcome === 'succeeded').length
    return [
      {
        'boot, s': bootSeconds.toFixed(1),
        runs,
        succeeded,
        'runs per second': (runs / seconds).toFixed(1),
        'transitions per run': (used.transitions / runs).toFixed(2),
        'write units per run': (used.writeUnits / runs).toFixed(1),
      },
    ]
  } finally {
    await agent.stop('SIGKILL')
    await laboratory.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
