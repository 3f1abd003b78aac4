/** What keeps a run from starting, and what becomes of it: each gate is told, and opens again. */
import { beforeEach, describe, expect, test } from 'vitest'
import { seeAgent } from '#application/agents/see-agent.ts'
import { watchAgents } from '#application/agents/watch-agents.ts'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { finishRun } from '#application/runs/finish-run.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { queueCommand } from '#application/runs/queue-command.ts'
import { requestRun } from '#application/runs/request-run.ts'
import { takeReport } from '#application/runs/take-report.ts'
import { watchLongRuns } from '#application/runs/watch-long-runs.ts'
import type { Instrument } from '#domain/agents/instrument.ts'
import type { Asset } from '#domain/assets/asset.ts'
import type { DriveResult } from '#domain/commands/command.ts'
import type { AgentId, AssetId, ProtocolId, RunId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import { isRetried, retryDelaySeconds } from '#domain/runs/retry.ts'
import type { Run } from '#domain/runs/run.ts'
import { retrySchema, runSettingsSchema } from '#domain/schedules/schedule.ts'
import { send } from '../api/call.ts'
import { furnish, successOf, type Things } from '../api/furnished.ts'
import { type Laboratory, workspaceId } from '../api/laboratory.ts'

const actor = { kind: 'person', subject: 'admin' } as const
let lab: Laboratory
let things: Things
let assetId: AssetId
let agentId: AgentId
let protocolId: ProtocolId
beforeEach(async () => {
  ;({ lab, things } = await furnish())
  assetId = things.assetId as AssetId
  agentId = things.agentId as AgentId
  protocolId = things.protocolId as ProtocolId
  // The booking of the sample stands hours ahead; the run of its schedule must not wait.
  for (const run of (await lab.world.store.liveRuns(workspaceId, { limit: 10 })).items)
    await lab.world.store.commit([
      { type: 'remove', kind: 'run', key: { workspaceId, id: run.id }, expect: run.version },
    ])
})

const change = async <K extends 'asset' | 'protocol' | 'workspace'>(
  kind: K,
  patch: K extends 'asset' ? Partial<Asset> : K extends 'protocol' ? Partial<Protocol> : object,
): Promise<void> => {
  const id = { asset: assetId, protocol: protocolId, workspace: workspaceId }[kind]
  const current = await lab.world.store.get(kind, { workspaceId, id } as never)
  if (!current) throw new Error(`no ${kind}`)
  const value = { ...current, ...patch, version: current.version + 1 }
  await lab.world.store.commit([{ type: 'put', kind, value, expect: current.version } as never])
}

const settings = (more: object = {}) =>
  runSettingsSchema.parse({ assetWait: { maxAttempts: 3, delaySeconds: 60 }, ...more })
const start = async (more: object = {}, of: ProtocolId = protocolId): Promise<RunId> =>
  (
    await requestRun(
      { workspaceId, actor, source: { kind: 'protocol', protocolId: of, settings: settings(more) }, parameters: {} },
      lab.world,
    )
  ).id
const prepare = (runId: RunId) => prepareRun({ kind: 'requested', workspaceId, runId }, `exec-${runId}`, lab.world)
const runOf = async (runId: RunId): Promise<Run> => {
  const run = await lab.world.store.get('run', { workspaceId, id: runId })
  if (!run) throw new Error(`no ${runId}`)
  return run
}
const prepared = async (runId: RunId): Promise<Run> => {
  await prepare(runId)
  return runOf(runId)
}
const waits = { minutes: (n: number) => (lab.clock.nowMs += n * 60_000) }
const sees = (instrument: Partial<Instrument>) =>
  seeAgent(
    {
      workspaceId,
      agentId,
      session: 'session-1',
      software: 'test',
      instruments: [{ driver: 'simulator', state: 'idle', can: [], ...instrument }],
    },
    lab.world,
  )

/** The whole way of a drive, to an end that the agent reports. */
const drive = async (runId: RunId, result: DriveResult): Promise<Run> => {
  const run = await prepared(runId)
  if (!('drive' in run) || !run.drive) throw new Error(`it is ${run.status}`)
  const { commandId, attempt } = run.drive
  await queueCommand({ workspaceId, runId, attempt, taskToken: 'token' }, lab.world)
  await answerPoll({ workspaceId, agentId, session: 'session-1', want: 1, driving: [], fences: [] }, lab.world)
  await takeReport({ workspaceId, agentId, commandId, report: { type: 'started' } }, lab.world)
  await takeReport({ workspaceId, agentId, commandId, report: { type: 'ended', result } }, lab.world)
  const cause =
    result.outcome === 'succeeded'
      ? ({ kind: 'drive-succeeded' } as const)
      : ({ kind: 'drive-failed', error: 'DriveEnded', detail: '' } as const)
  await finishRun({ workspaceId, runId, attempt, cause }, lab.world)
  return runOf(runId)
}

describe('a closed gate', () => {
  const gates: { name: string; gate: string; close: () => Promise<unknown>; open: () => Promise<unknown> }[] = [
    {
      name: 'a hold of the workspace',
      gate: 'workspace-hold',
      close: () =>
        change('workspace', {
          hold: { note: 'Fire drill', since: new Date(lab.clock.nowMs).toISOString(), by: 'sam' },
        }),
      open: () => change('workspace', { hold: undefined }),
    },
    {
      name: 'maintenance',
      gate: 'maintenance',
      close: () => change('asset', { status: 'maintenance', statusNote: 'New lamp' }),
      open: () => change('asset', { status: 'available' }),
    },
    {
      name: 'recovery',
      gate: 'recovery',
      close: () => change('asset', { status: 'recovery' }),
      open: () => change('asset', { status: 'available' }),
    },
    {
      name: 'an instrument that does something else',
      gate: 'instrument-busy',
      close: () => sees({ state: 'busy', message: 'HxRun.exe (process 4711)' }),
      open: () => sees({ state: 'idle' }),
    },
    {
      name: 'an instrument out of reach',
      gate: 'offline',
      close: () => sees({ state: 'offline' }),
      open: () => sees({ state: 'idle' }),
    },
    {
      name: 'an interlock that the driver answers',
      gate: 'interlock',
      close: async () => {
        await change('asset', { interlocks: [{ kind: 'driver', name: 'door' }] })
        await sees({ conditions: [{ name: 'door', ok: false, message: 'The door is open.' }] })
      },
      open: () => sees({ conditions: [{ name: 'door', ok: true }] }),
    },
    {
      name: 'an interlock that nobody answers',
      gate: 'interlock',
      close: () => change('asset', { interlocks: [{ kind: 'driver', name: 'door' }] }),
      open: () => sees({ conditions: [{ name: 'door', ok: true }] }),
    },
    {
      name: 'an interlock that an address answers',
      gate: 'interlock',
      close: async () => {
        await change('asset', { interlocks: [{ kind: 'webhook', name: 'argon', url: 'https://lab.org/argon' }] })
        lab.world.probe.ask = async () => ({ ok: false, message: 'The bottle is empty.' })
      },
      open: async () => {
        lab.world.probe.ask = async () => ({ ok: true, message: '' })
      },
    },
  ]

  test.for(gates)('$name: it waits, says so since when, and starts when it opens', async ({ gate, close, open }) => {
    const id = await start()
    await close()
    const run = await prepared(id)
    expect(run).toMatchObject({ status: 'waiting', waiting: { reason: 'gate', attempt: 1, of: 3 } })
    const { waiting } = run as Extract<Run, { status: 'waiting' }>
    expect(waiting.gates?.map((one) => one.gate)).toContain(gate)
    waits.minutes(1)
    await open()
    expect(await prepared(id)).toMatchObject({ status: 'queued' })
  })

  test.for(gates)('$name that stays closed ends it after the attempts of its settings', async ({ close }) => {
    const id = await start()
    for (let i = 0; i < 3; i++) {
      await close()
      await prepare(id)
      waits.minutes(1)
    }
    const run = await runOf(id)
    expect(run).toMatchObject({ status: 'ended', outcome: 'failed' })
    expect(['gate-closed', 'asset-unavailable']).toContain((run as Extract<Run, { status: 'ended' }>).end.reason)
  })

  test('all that are closed are told, not the first alone', async () => {
    await change('asset', {
      interlocks: [
        { kind: 'driver', name: 'door' },
        { kind: 'driver', name: 'argon' },
      ],
    })
    await sees({ state: 'busy' })
    const { waiting } = (await prepared(await start())) as Extract<Run, { status: 'waiting' }>
    expect(waiting.gates).toHaveLength(3)
  })
})

test('maintenance of what is in use is refused, with who uses it', async () => {
  const id = await start()
  expect(await prepared(id)).toMatchObject({ status: 'queued' })
  const refused = await send(lab, successOf('changeAsset', things))
  expect(refused).toMatchObject({ status: 409, body: { code: 'invalid_state', reasons: [{ code: 'in-use' }] } })
})

describe('health', () => {
  const withCheck = () => change('asset', { healthCheck: { protocolId, everyRuns: 2, everyHours: 24 } })
  const checks = async () =>
    (await lab.world.store.liveRuns(workspaceId, { limit: 50 })).items.filter(
      ({ trigger }) => trigger.kind === 'health-check',
    )

  test('unknown: a check is opened once, and whoever waits starts after it; bad: nothing starts', async () => {
    await withCheck()
    const [first, second] = [await start(), await start()]
    for (const id of [first, second])
      expect(await prepared(id)).toMatchObject({ status: 'waiting', waiting: { gates: [{ gate: 'health' }] } })
    const [check, ...more] = await checks()
    expect([check?.id, more]).toEqual([check?.id, []])
    if (!check) return
    expect(await drive(check.id, { outcome: 'succeeded' })).toMatchObject({ outcome: 'succeeded' })
    waits.minutes(1)
    expect(await drive(first, { outcome: 'succeeded' })).toMatchObject({ outcome: 'succeeded' })
    expect(await drive(second, { outcome: 'succeeded' })).toMatchObject({ outcome: 'succeeded' })
    // Two runs since: the next check is due.
    const third = await start()
    expect(await prepared(third)).toMatchObject({ status: 'waiting' })
    const [again] = await checks()
    if (!again) throw new Error('no second check')
    await drive(again.id, { outcome: 'failed', message: 'Out of range.' })
    waits.minutes(1)
    const { waiting } = (await prepared(third)) as Extract<Run, { status: 'waiting' }>
    expect(waiting.message).toContain('Out of range.')
  })
})

describe('limits of concurrent runs', () => {
  test('of the workspace: the second waits until the first has ended, and the places are given back', async () => {
    await change('workspace', { maxConcurrentRuns: 1 })
    const other = (await send(lab, successOf('createAsset', things))).body
    const body = {
      name: 'Elsewhere',
      driver: 'simulator',
      requirements: [{ assetId: other.id }, { assetId }],
      expectedDurationSeconds: 60,
    }
    expect((await send(lab, { ...successOf('createProtocol', things), body })).status).toBe(201)
    const [first, second] = [await start(), await start()]
    expect(await prepared(first)).toMatchObject({ status: 'queued', drive: { capacity: ['workspace'] } })
    await change('asset', { capacity: 2 })
    expect(await prepared(second)).toMatchObject({
      status: 'waiting',
      waiting: { reason: 'capacity', facts: { behind: [first] } },
    })
    await drive(first, { outcome: 'succeeded' })
    waits.minutes(1)
    expect(await prepared(second)).toMatchObject({ status: 'queued' })
  })

  test('without a place for as long as it may wait, it has failed, and says why', async () => {
    await change('workspace', { maxConcurrentRuns: 1 })
    await change('asset', { capacity: 2 })
    await prepare(await start())
    const second = await start()
    for (let i = 0; i < 3; i++) {
      await prepare(second)
      waits.minutes(1)
    }
    expect(await runOf(second)).toMatchObject({ outcome: 'failed', end: { reason: 'capacity-exhausted' } })
  })
})

describe('retries', () => {
  test('wait as their backoff says, never longer than their cap', () => {
    const of = (more: object) => retrySchema.parse({ maxRetries: 5, delaySeconds: 10, ...more })
    const delays = (more: object) => [1, 2, 3, 4].map((attempt) => retryDelaySeconds(of(more), attempt))
    expect(delays({ backoff: 'fixed' })).toEqual([10, 10, 10, 10])
    expect(delays({ backoff: 'linear' })).toEqual([10, 20, 30, 40])
    expect(delays({ backoff: 'exponential' })).toEqual([10, 20, 40, 80])
    expect(delays({ backoff: 'exponential', maxDelaySeconds: 30 })).toEqual([10, 20, 30, 30])
  })

  test.for([
    { on: undefined, exitCodes: undefined, reason: 'instrument-failed', result: { exitCode: 3 }, again: true },
    { on: ['busy'], exitCodes: undefined, reason: 'instrument-failed', result: { exitCode: 3 }, again: false },
    {
      on: ['busy'],
      exitCodes: undefined,
      reason: 'refused-by-agent',
      result: { reason: 'instrument-busy' },
      again: true,
    },
    { on: ['busy'], exitCodes: undefined, reason: 'refused-by-agent', result: { reason: 'bad-path' }, again: false },
    { on: ['launch'], exitCodes: undefined, reason: 'refused-by-agent', result: { reason: 'bad-path' }, again: true },
    { on: ['silence'], exitCodes: undefined, reason: 'agent-silent', result: undefined, again: true },
    { on: undefined, exitCodes: [3], reason: 'instrument-failed', result: { exitCode: 3 }, again: true },
    { on: undefined, exitCodes: [4], reason: 'instrument-failed', result: { exitCode: 3 }, again: false },
  ] as const)('$reason $result with $on $exitCodes: $again', ({ on, exitCodes, reason, result, again }) => {
    const retry = retrySchema.parse({ maxRetries: 1, ...(on && { on }), ...(exitCodes && { exitCodes }) })
    expect(isRetried(retry, reason, result && { outcome: 'failed', ...result })).toBe(again)
  })
})

describe('overtime', () => {
  test('people are told once, at the fraction that the protocol says', async () => {
    await change('protocol', { overtime: { warnAt: 1.5, atTimeLimit: 'abort' } })
    const id = await start()
    const run = await prepared(id)
    if (!('drive' in run) || !run.drive) throw new Error(run.status)
    await queueCommand({ workspaceId, runId: id, attempt: 1, taskToken: 'token' }, lab.world)
    await answerPoll({ workspaceId, agentId, session: 'session-1', want: 1, driving: [], fences: [] }, lab.world)
    await takeReport({ workspaceId, agentId, commandId: run.drive.commandId, report: { type: 'started' } }, lab.world)
    lab.clock.nowMs += 89_000
    expect(await watchLongRuns(workspaceId, lab.world)).toBe(0)
    lab.clock.nowMs += 2_000
    expect(await watchLongRuns(workspaceId, lab.world)).toBe(1)
    expect(await watchLongRuns(workspaceId, lab.world)).toBe(0)
    expect(await runOf(id)).toMatchObject({ status: 'running', longRunningAt: expect.any(String) })
  })

  test('a run that was stopped at its time limit is tidied up after by another, on the same asset, once', async () => {
    const { body: tidy } = await send(lab, successOf('createProtocol', things))
    await change('protocol', { overtime: { warnAt: 2, atTimeLimit: 'clean-up', cleanUpProtocolId: tidy.id } })
    const id = await start({ retry: { maxRetries: 3 } })
    expect(await drive(id, { outcome: 'aborted', reason: 'time-limit' })).toMatchObject({
      outcome: 'failed',
      end: { reason: 'time-limit' },
    })
    const after = (await lab.world.store.list('run', workspaceId, { limit: 50 })).items.filter(
      ({ trigger }) => trigger.kind === 'clean-up',
    )
    expect(after).toMatchObject([
      { trigger: { ofRunId: id }, work: { protocolId: tidy.id, requirements: [{ assetId }] } },
    ])
    expect(lab.started).toContain(after[0]?.id)
  })
})

describe('agents', () => {
  test('that nobody hears of are told once, and again when they are back', async () => {
    await sees({})
    lab.clock.nowMs += 4 * 60_000
    expect(await watchAgents(workspaceId, lab.world)).toBe(0)
    lab.clock.nowMs += 2 * 60_000
    expect(await watchAgents(workspaceId, lab.world)).toBe(1)
    expect(await watchAgents(workspaceId, lab.world)).toBe(0)
    await sees({})
    const actions = (await lab.world.store.history(workspaceId, agentId, { limit: 50 })).items.map(
      ({ action }) => action,
    )
    expect(actions.filter((action) => action !== 'agent.created')).toEqual(['agent.offline', 'agent.online'])
  })

  test('two processes under one name raise attention', async () => {
    const poll = (session: string) => seeAgent({ workspaceId, agentId, session, software: 'test' }, lab.world)
    for (const session of ['session-1', 'session-2', 'session-1']) {
      await poll(session)
      lab.clock.nowMs += 10_000
    }
    const { body } = await send(lab, successOf('getAgent', things))
    expect(body.rivals).toMatchObject({ session: 'session-1' })
  })

  test('whose clock is wrong by an hour are told as such', async () => {
    const wallClock = new Date(lab.clock.nowMs + 3_600_000).toISOString()
    await seeAgent({ workspaceId, agentId, session: 'session-1', software: 'test', wallClock }, lab.world)
    expect((await send(lab, successOf('getAgent', things))).body.clockAheadSeconds).toBe(3_600)
  })

  test('report a command that is unknown, foreign or over: contained, and told not to say it again', async () => {
    const report = (commandId: `cmd_${string}`, as = agentId) =>
      takeReport(
        { workspaceId, agentId: as, commandId, report: { type: 'ended', result: { outcome: 'succeeded' } } },
        lab.world,
      )
    expect(await report('cmd_unknown')).toMatchObject({ accepted: false })
    const id = await start()
    const run = await drive(id, { outcome: 'succeeded' })
    if (!('drive' in run) || !run.drive) throw new Error(run.status)
    expect(await report(run.drive.commandId)).toMatchObject({ accepted: false })
    expect(await report(run.drive.commandId, 'agt_other')).toMatchObject({ accepted: false })
    expect((await runOf(id)).version).toBe(run.version)
  })
})

test('so many failures in a row put the schedule and its assets into recovery, where that is asked for', async () => {
  await change('protocol', {})
  const recovery = { afterFailures: 2, assets: true }
  const path = `/v1/workspaces/${workspaceId}/schedules/${things.scheduleId}`
  const patched = await send(lab, {
    method: 'PATCH',
    path,
    as: 'admin',
    body: { settings: settings({ recovery }) },
    headers: { 'if-match': '*' },
  })
  expect(patched.status).toBe(200)
  for (const count of [1, 2]) {
    lab.clock.nowMs += 60_000
    const { body } = await send(lab, { ...successOf('triggerSchedule', things), body: {} })
    expect(await drive(body.id, { outcome: 'failed', exitCode: count })).toMatchObject({ outcome: 'failed' })
  }
  expect(await lab.world.store.get('asset', { workspaceId, id: assetId })).toMatchObject({ status: 'recovery' })
  const open = (await lab.world.store.openRecoveries(workspaceId, { limit: 10 })).items.find(
    ({ cause }) => cause === 'failures',
  )
  expect(open).toMatchObject({ holds: { schedule: true, assets: [assetId] } })
  const cleared = await send(lab, successOf('clearRecovery', { ...things, recoveryId: open?.id ?? '' }))
  expect(cleared.status).toBe(200)
  expect(await lab.world.store.get('asset', { workspaceId, id: assetId })).toMatchObject({ status: 'available' })
  expect((await send(lab, successOf('getSchedule', things))).body.schedule.status).toBe('active')
})

test('after a restore of the table fences do not go backwards, and what was in use goes into recovery', async () => {
  const before = lab.world.store.copy()
  for (const count of [1, 2, 3]) {
    await drive(await start(), { outcome: 'succeeded', exitCode: count })
    lab.clock.nowMs += 60_000
  }
  const running = await start()
  await prepare(running)
  const [{ open } = { open: { fence: 0 } }] = await lab.world.store.ledger(workspaceId, [{ assetId, days: [] }])
  expect(open.fence).toBeGreaterThan(3)
  // The agent remembers what it has seen; the restored table does not.
  const world = { ...lab.world, store: before }
  await answerPoll(
    { workspaceId, agentId, session: 'session-9', want: 0, driving: [], fences: [{ assetId, fence: open.fence }] },
    world,
  )
  const [restored] = await before.ledger(workspaceId, [{ assetId, days: [] }])
  expect(restored?.open.fence).toBe(open.fence)
  const { body } = await send(lab, successOf('afterRestore', things))
  expect(body.assets).toEqual([assetId])
  expect(await lab.world.store.get('asset', { workspaceId, id: assetId })).toMatchObject({ status: 'recovery' })
})
