import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packAgent } from '#agent/pack.ts'
import { costOf } from '#local/pricing.ts'
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

/** Memory of a process in megabytes, where the system tells: resident, and what of it is shared with no other Node.js. */
const memoryOf = (pid: number | undefined): { resident: string; own: string } => {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8')
    const megabytes = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 1024).toFixed(0)
    return { resident: megabytes('VmRSS'), own: megabytes('RssAnon') }
  } catch {
    return { resident: '?', own: '?' }
  }
}

/** How long the run of the second measurement drives, and how often it tells that it does. */
const longSeconds = 40
const heartbeatSeconds = 2
/** What a protocol has where it says nothing else. */
const usualHeartbeatSeconds = 30

/**
 * Starts runs on all instruments as fast as they are free, through everything that a real run passes; then one that drives for a
 * while, for what an hour of driving costs.
 */
export const measureRuns = async (): Promise<readonly Row[]> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchtime-bench-'))
  const booting = performance.now()
  const laboratory = await startLaboratory({ dataDir })
  const bootSeconds = (performance.now() - booting) / 1000
  const api = await laboratory.clientFor('admin')
  await api.call('createWorkspace', { body: { id: workspaceId, name: 'Bench' } })
  const { body: enrolled } = await api.call('enrolAgent', { params, body: { name: 'Fast' } })
  // The agent as it is installed beside an instrument.
  execFileSync('tar', ['-xzf', await packAgent(dataDir), '-C', dataDir])
  const agent = startAgentProcess({
    program: join(dataDir, 'package', 'main.js'),
    thing: enrolled.thingName,
    mqttUrl: laboratory.mqttUrl,
    password: laboratory.passwordFor(enrolled.thingName),
    dataDir: join(dataDir, 'agent'),
    roots: [],
    more: ['--max-concurrent', String(instruments)],
  })
  try {
    const assetIds: string[] = []
    const protocols = await Promise.all(
      Array.from({ length: instruments }, async (_, i) => {
        const asset = { name: `Instrument ${i}`, kind: 'machine', agentId: enrolled.id } as const
        const { body } = await api.call('createAsset', { params, body: asset })
        assetIds.push(body.id)
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
    const memory = memoryOf(agent.child.pid)
    const succeeded = ended.filter((run) => run.status === 'ended' && run.outcome === 'succeeded').length
    const { body: long } = await api.call('createProtocol', {
      params,
      body: {
        name: 'Long',
        driver: 'simulator',
        requirements: [{ assetId: assetIds[0] ?? 'ast_none' }],
        expectedDurationSeconds: 60,
        heartbeatSeconds,
      },
    })
    const beforeLong = laboratory.cloud.meter.snapshot()
    const parameters = { durationMs: longSeconds * 1000 }
    const { body: run } = await api.call('startRun', { params, body: { protocolId: long.id, parameters } })
    while (executionOf(laboratory, run.id)?.status === 'RUNNING') await pause(100)
    const longUsed = laboratory.cloud.meter.since(beforeLong)
    // What one heartbeat costs, beyond a run that is over at once; and an hour with as many as there usually are.
    const each = (whole: number, ofRuns: number): number => (whole - ofRuns / runs) / (longSeconds / heartbeatSeconds)
    const perHour = 3600 / usualHeartbeatSeconds
    const messages = each(longUsed.iotRules, used.iotRules)
    const dollars = each(costOf(longUsed).totalUsd, costOf(used).totalUsd)
    return [
      ['boot, s', bootSeconds.toFixed(1)],
      ['complete runs per second', (runs / seconds).toFixed(1)],
      ['of which succeeded', `${succeeded} of ${runs}`],
      ['transitions per run', (used.transitions / runs).toFixed(2)],
      ['write units per run', (used.writeUnits / runs).toFixed(1)],
      ['messages per run, from and to the agent', ((used.iotRules + used.iotMessages / 2) / runs).toFixed(1)],
      ['list price per run, $', (costOf(used).totalUsd / runs).toFixed(6)],
      ['memory of the agent after them, MB', `${memory.resident}, of which its own ${memory.own}`],
      [
        `messages of the agent per hour of driving, heartbeats every ${usualHeartbeatSeconds} s`,
        (messages * perHour).toFixed(0),
      ],
      ['list price of that hour, $', (dollars * perHour).toFixed(5)],
    ].map(([what = '', measured = '']): Row => ({ what, measured }))
  } finally {
    await agent.stop('SIGKILL')
    await laboratory.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
