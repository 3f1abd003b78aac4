import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '#contracts/http/client.ts'
import type { AnswerOf } from '#contracts/http/routes.ts'
import { costOf } from './pricing.ts'
import { startAgentProcess } from './processes/agent-process.ts'
import { type Laboratory, startLaboratory } from './processes/laboratory.ts'
import { exampleRoot } from './seed/demo-laboratory.ts'
import { EngineUnavailable } from './services/dynamodb/engine.ts'

type Run = AnswerOf<'getRun'>

/** A new one each time: another DynamoDB endpoint may remember the last story. */
const workspaceId = `ws_story-${Date.now().toString(36)}` as const
const params = { workspaceId }
const began = performance.now()
const say = (text: string): void =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`)

class Unexpected extends Error {}
const expect = (holds: boolean, what: string): void => {
  if (!holds) throw new Unexpected(what)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Looks again until it is so; says what was waited for when it never is. */
const until = async <T>(what: string, look: () => Promise<T | undefined>, withinMs = 60_000): Promise<T> => {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Unexpected(`${what} did not happen within ${withinMs / 1000} s`)
    await pause(100)
  }
}

const ended = (api: Client, runId: string): Promise<Extract<Run, { status: 'ended' }>> =>
  until(`the end of run ${runId}`, async () => {
    const { body } = await api.call('getRun', { params: { ...params, runId } })
    return body.status === 'ended' ? body : undefined
  })

const firstRunOf = (api: Client, scheduleId: string): Promise<Run> =>
  until(
    `a run of schedule ${scheduleId}`,
    async () => (await api.call('listRuns', { params, query: { scheduleId: scheduleId as never } })).body.items[0],
  )

const tell = async (api: Client, run: Run): Promise<void> => {
  const { body } = await api.call('getRunHistory', { params: { ...params, runId: run.id }, query: { limit: 100 } })
  for (const { at, action } of body.items) say(`    ${at}  ${action}`)
  if (run.status === 'ended')
    for (const line of (run.end.outputTail ?? '').trim().split('\n')) if (line !== '') say(`    │ ${line}`)
}

const plateReport = { input: 'plate.csv', blank: 'A1' }

const prepare = async (api: Client, agentId: string) => {
  const { body: reader } = await api.call('createAsset', {
    params,
    body: { name: 'Plate reader', kind: 'machine', agentId: agentId as never },
  })
  const { body: incubator } = await api.call('createAsset', {
    params,
    body: { name: 'Incubator', kind: 'machine', agentId: agentId as never },
  })
  say(`registered two assets: ${reader.name} and ${incubator.name}`)
  const { body: report } = await api.call('createProtocol', {
    params,
    body: {
      name: 'Plate report',
      driver: 'process',
      path: 'plate-report.mjs',
      payload: { runtime: 'node', args: ['{input}', '--blank', '{blank}'] },
      requirements: [{ assetId: reader.id }],
      expectedDurationSeconds: 5,
      parametersSchema: {
        type: 'object',
        properties: { input: { type: 'string' }, blank: { type: 'string' } },
        required: ['input', 'blank'],
      },
    },
  })
  const { body: incubation } = await api.call('createProtocol', {
    params,
    body: {
      name: 'Long incubation',
      driver: 'process',
      path: 'long-incubation.mjs',
      payload: { runtime: 'node', args: ['10'] },
      requirements: [{ assetId: incubator.id }],
      expectedDurationSeconds: 600,
    },
  })
  say(`described two protocols; "${report.name}" runs examples/plate-report.mjs over examples/plate.csv`)
  return { report, incubation }
}

const story = async (laboratory: Laboratory, api: Client, agentId: string) => {
  const { report, incubation } = await prepare(api, agentId)

  const dueMs = Math.ceil(Date.now() / 1000) * 1000 + 3_000
  const at = new Date(dueMs).toISOString()
  const { body: once } = await api.call('createSchedule', {
    params,
    body: {
      name: 'Once, soon',
      protocolId: report.id,
      parameters: plateReport,
      rule: { kind: 'at', at },
      timeZone: 'Europe/Berlin',
    },
  })
  say(`schedule "${once.name}" fires at ${at}`)
  const before = laboratory.cloud.meter.snapshot()
  // Watched from beside, so that what is counted is the run and not the watching.
  await until('the end of the execution', async () => {
    const mine = laboratory.cloud.stepFunctions.list().find(({ name }) => name.startsWith(once.id))
    return mine && mine.status !== 'RUNNING' ? true : undefined
  })
  const metered = laboratory.cloud.meter.since(before)
  const first = await ended(api, (await firstRunOf(api, once.id)).id)
  say(`it ran: ${first.outcome}`)
  await tell(api, first)
  expect(
    first.outcome === 'succeeded',
    `the run of the at schedule should have succeeded; it ${first.outcome}: ${first.end.message}`,
  )
  expect((first.end.outputTail ?? '').includes('D7'), 'the report of the plate should name well D7')

  const { body: often } = await api.call('createSchedule', {
    params,
    body: {
      name: 'Every hour',
      protocolId: report.id,
      parameters: plateReport,
      rule: { kind: 'rate', every: 1, unit: 'hour' },
      startAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
  })
  const { body: triggered } = await api.call('triggerSchedule', {
    params: { ...params, scheduleId: often.id },
    body: {},
  })
  say(`schedule "${often.name}" is triggered now`)
  const second = await ended(api, triggered.id)
  say(`it ran: ${second.outcome}`)
  await tell(api, second)
  expect(
    second.outcome === 'succeeded',
    `the triggered run should have succeeded; it ${second.outcome}: ${second.end.message}`,
  )

  const { body: third } = await api.call('startRun', { params, body: { protocolId: incubation.id } })
  await until('the start of the incubation', async () =>
    (await api.call('getRun', { params: { ...params, runId: third.id } })).body.status === 'running' ? true : undefined,
  )
  say('a long incubation is running; it is aborted midway')
  await api.call('abortRun', {
    params: { ...params, runId: third.id },
    body: { note: 'The demo wants its incubator back.' },
  })
  const aborted = await ended(api, third.id)
  say(`it ended: ${aborted.outcome}`)
  await tell(api, aborted)
  expect(
    aborted.outcome === 'aborted',
    `the incubation should have been aborted; it ${aborted.outcome}: ${aborted.end.message}`,
  )

  const { body: held } = await api.call('listReservations', { params, query: { limit: 100 } })
  expect(
    held.items.every(({ status }) => status === 'released'),
    'every asset should be free again',
  )
  say('every asset is free again')
  return {
    runs: [first, second, aborted].map(({ id, outcome, end }) => ({ id, outcome, reason: end.reason })),
    cost: {
      perRunUsd: costOf(metered).totalUsd,
      // Without the time that functions took, which depends on how busy this machine is.
      countedUsd: costOf({ ...metered, lambdaGbSeconds: 0 }).totalUsd,
      transitions: metered.transitions,
      writeUnits: metered.writeUnits,
      readUnits: metered.readUnits,
      lambdaInvocations: metered.lambdaInvocations,
      iotMessages: metered.iotMessages,
    },
  }
}

const main = async (): Promise<boolean> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchtime-demo-'))
  let laboratory: Laboratory | undefined
  let stopAgent: (() => Promise<void>) | undefined
  try {
    laboratory = await startLaboratory({ dataDir, onProgress: say })
    const api = await laboratory.clientFor('admin')
    await api.call('createWorkspace', { body: { id: workspaceId, name: 'A short story' } })
    const { body: agent } = await api.call('enrolAgent', { params, body: { name: 'Agent beside the bench' } })
    const password = laboratory.passwordFor(agent.thingName)
    const process_ = startAgentProcess({
      thing: agent.thingName,
      mqttUrl: laboratory.mqttUrl,
      password,
      dataDir: join(dataDir, 'agent'),
      roots: [exampleRoot],
    })
    stopAgent = () => process_.stop('SIGKILL')
    // Its first question belongs to its start, not to the runs whose cost is counted.
    await until('the first poll of the agent', async () => {
      const { body } = await api.call('getAgent', { params: { ...params, agentId: agent.id } })
      return body.lastSeenAt
    })
    say('the agent is connected and was answered')
    const told = await story(laboratory, api, agent.id)
    console.log(JSON.stringify({ ok: true, ...told }))
    return true
  } catch (error) {
    if (!(error instanceof Unexpected || error instanceof EngineUnavailable)) console.error(error)
    console.log(JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) }))
    return false
  } finally {
    await stopAgent?.()
    await laboratory?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const ok = await main()
process.exit(ok ? 0 : 1)
