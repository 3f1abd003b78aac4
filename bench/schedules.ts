import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toItem } from '#adapters/dynamodb/codec.ts'
import type { Client } from '#contracts/http/client.ts'
import type { ProtocolId, ScheduleId } from '#domain/ids.ts'
import { type Arming, runSettingsSchema, type Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { type Laboratory, startLaboratory } from '#local/processes/laboratory.ts'
import { startEngine } from '#local/services/dynamodb/engine.ts'
import type { Row } from './benches.ts'
import { fill } from './fill.ts'

const workspaceId = 'ws_bench'
const params = { workspaceId }
const calls = 150
const sizes = [10, 1_000, 100_000]

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN

/** Milliseconds of each of some calls, one after the other; the first few warm up and do not count. */
const timed = async (call: (n: number) => Promise<unknown>, count = calls): Promise<number[]> => {
  const times: number[] = []
  for (let n = -10; n < count; n++) {
    const began = performance.now()
    await call(n + 10)
    if (n >= 0) times.push(performance.now() - began)
  }
  return times
}

const latency = (what: string, times: readonly number[]): Row => ({
  what,
  'p50, ms': percentile(times, 0.5).toFixed(1),
  'p95, ms': percentile(times, 0.95).toFixed(1),
})

const itemsOf = (n: number, protocolId: ProtocolId, nowMs: number): Record<string, unknown>[] => {
  const at = instantOf(nowMs)
  const id = `sch_bench${String(n).padStart(7, '0')}` as ScheduleId
  const schedule: Schedule = {
    workspaceId,
    id,
    name: `Schedule ${n}`,
    protocolId,
    parameters: {},
    rule: { kind: 'cron', expression: `${n % 60} ${n % 24} * * ? *` },
    timeZone: 'Europe/Berlin',
    startAt: at,
    overlap: 'skip',
    settings: runSettingsSchema.parse({}),
    tags: n % 100 === 0 ? ['rare'] : [],
    status: 'active',
    generation: 1,
    version: 1,
    createdAt: at,
    createdBy: 'bench',
    updatedAt: at,
    updatedBy: 'bench',
  }
  const nextAt = instantOf(nowMs + 86_400_000 + n * 1_000)
  const arming: Arming = {
    workspaceId,
    scheduleId: id,
    state: 'settled',
    settledAt: at,
    auditedUntil: at,
    nextAt,
    version: 1,
  }
  return [toItem('schedule', schedule), toItem('arming', arming)]
}

const rowsBetween = (protocolId: ProtocolId, from: number, to: number): Record<string, unknown>[] => {
  const nowMs = Date.now()
  return Array.from({ length: to - from }, (_, index) => itemsOf(from + index, protocolId, nowMs)).flat()
}

const listRows = async (api: Client, laboratory: Laboratory, size: number): Promise<Row[]> => {
  const { meter } = laboratory.cloud
  const lists: [string, object][] = [
    ['a page of 20', { limit: 20 }],
    ['a page of 20 by next run', { limit: 20, sort: 'next' }],
    ['a page of 20 with a tag that one in 100 has', { limit: 20, tag: 'rare' }],
  ]
  const rows: Row[] = []
  for (const [what, query] of lists) {
    const ask = () => api.call('listSchedules', { params, query: query as never })
    await ask()
    const before = meter.snapshot()
    const times = await timed(ask, 30)
    const used = meter.since(before)
    const reads = (used.calls['dynamodb:Query'] ?? 0) + (used.calls['dynamodb:BatchGetItem'] ?? 0)
    rows.push({
      ...latency(`${what}, of ${size} schedules`, times),
      'read units': (used.readUnits / 40).toFixed(1),
      reads: (reads / 40).toFixed(1),
    })
  }
  return rows
}

/** Through the HTTP API of the laptop cloud: what a person waits for, and what a list costs however many schedules there are. */
export const measureSchedules = async (): Promise<readonly Row[]> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchtime-bench-'))
  // An engine that the bench can reach beside the laptop cloud, which would ask for grants.
  const engineDir = mkdtempSync(join(tmpdir(), 'benchtime-bench-'))
  const engine = await startEngine(engineDir, () => undefined)
  process.env.BENCHTIME_DYNAMODB_ENDPOINT = engine.url
  const laboratory = await startLaboratory({ dataDir })
  try {
    const api = await laboratory.clientFor('admin')
    await api.call('createWorkspace', { body: { id: workspaceId, name: 'Bench' } })
    const asset = await api.call('createAsset', { params, body: { name: 'Bench', kind: 'machine' } })
    const protocol = await api.call('createProtocol', {
      params,
      body: { name: 'P', driver: 'simulator', requirements: [{ assetId: asset.body.id }], expectedDurationSeconds: 60 },
    })
    const protocolId = protocol.body.id
    const rule = { kind: 'cron', expression: '0 9 ? * MON-FRI *' } as const
    const timeZone = 'Europe/Berlin'
    const made: { id: string; etag: string | undefined }[] = []
    const rows: Row[] = [
      latency('health, for comparison', await timed(() => api.call('getHealth'))),
      latency(
        'create',
        await timed(async (n) => {
          const { body, etag } = await api.call('createSchedule', {
            params,
            body: { name: `S${n}`, protocolId, rule, timeZone },
          })
          made.push({ id: body.id, etag })
        }),
      ),
      latency(
        'update with a new rule',
        await timed(async (n) => {
          const { id = '', etag = '*' } = made[n] ?? {}
          await api.call('changeSchedule', {
            params: { ...params, scheduleId: id },
            etag,
            body: { rule: { kind: 'cron', expression: `${n % 60} 10 * * ? *` } },
          })
        }),
      ),
      latency(
        'get, with its next times',
        await timed((n) => api.call('getSchedule', { params: { ...params, scheduleId: made[n]?.id ?? '' } })),
      ),
      latency(
        'preview',
        await timed(() => api.call('previewSchedule', { params, body: { rule, timeZone, count: 20 } })),
      ),
    ]
    // What was made for the latencies goes, so that the lists have the sizes that they say.
    for (const { id } of made)
      await api.call('deleteSchedule', { params: { ...params, scheduleId: id }, query: { hard: 'true' }, etag: '*' })
    const table = laboratory.cloud.template.tables[0]?.name ?? ''
    let filled = 0
    for (const size of sizes) {
      console.error(`  filling the table up to ${size} schedules …`)
      fill(join(engineDir, 'dynamodb.sqlite'), table, rowsBetween(protocolId, filled, size))
      filled = size
      rows.push(...(await listRows(api, laboratory, size)))
    }
    return rows
  } finally {
    await laboratory.stop()
    await engine.stop()
    for (const directory of [dataDir, engineDir]) rmSync(directory, { recursive: true, force: true })
  }
}
