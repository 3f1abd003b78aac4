/** A laboratory with one instrument and a run that may be driven on it, new for each test. */
import { beforeEach } from 'vitest'
import { seeAgent } from '#application/agents/see-agent.ts'
import { answerPoll } from '#application/runs/answer-poll.ts'
import { finishRun } from '#application/runs/finish-run.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { queueCommand } from '#application/runs/queue-command.ts'
import { requestRun } from '#application/runs/request-run.ts'
import { takeReport } from '#application/runs/take-report.ts'
import type { Instrument } from '#domain/agents/instrument.ts'
import type { Asset } from '#domain/assets/asset.ts'
import type { DriveResult } from '#domain/commands/command.ts'
import type { AgentId, AssetId, ProtocolId, RunId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import type { Run } from '#domain/runs/run.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { furnish, type Things } from '../api/furnished.ts'
import { type Laboratory, workspaceId } from '../api/laboratory.ts'

export const actor = { kind: 'person', subject: 'admin' } as const
export let lab: Laboratory
export let things: Things
export let assetId: AssetId
export let agentId: AgentId
export let protocolId: ProtocolId
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

export const change = async <K extends 'asset' | 'protocol' | 'workspace'>(
  kind: K,
  patch: K extends 'asset' ? Partial<Asset> : K extends 'protocol' ? Partial<Protocol> : object,
): Promise<void> => {
  const id = { asset: assetId, protocol: protocolId, workspace: workspaceId }[kind]
  const current = await lab.world.store.get(kind, { workspaceId, id } as never)
  if (!current) throw new Error(`no ${kind}`)
  const value = { ...current, ...patch, version: current.version + 1 }
  await lab.world.store.commit([{ type: 'put', kind, value, expect: current.version } as never])
}

export const settings = (more: object = {}) =>
  runSettingsSchema.parse({ assetWait: { maxAttempts: 3, delaySeconds: 60 }, ...more })
export const start = async (more: object = {}, of: ProtocolId = protocolId): Promise<RunId> =>
  (
    await requestRun(
      { workspaceId, actor, source: { kind: 'protocol', protocolId: of, settings: settings(more) }, parameters: {} },
      lab.world,
    )
  ).id
export const prepare = (runId: RunId) =>
  prepareRun({ kind: 'requested', workspaceId, runId }, `exec-${runId}`, lab.world)
export const runOf = async (runId: RunId): Promise<Run> => {
  const run = await lab.world.store.get('run', { workspaceId, id: runId })
  if (!run) throw new Error(`no ${runId}`)
  return run
}
export const prepared = async (runId: RunId): Promise<Run> => {
  await prepare(runId)
  return runOf(runId)
}
export const waits = { minutes: (n: number) => (lab.clock.nowMs += n * 60_000) }
export const sees = (instrument: Partial<Instrument>) =>
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
export const drive = async (runId: RunId, result: DriveResult): Promise<Run> => {
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
