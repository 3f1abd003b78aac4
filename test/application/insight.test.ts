import { describe, expect, test } from 'vitest'
import { readAnalysis } from '#application/insight/analysis.ts'
import { readMetrics } from '#application/insight/metrics.ts'
import { repairStatistics } from '#application/insight/repair-statistics.ts'
import { scheduleLedger } from '#application/insight/schedule-ledger.ts'
import { readStatus } from '#application/insight/status.ts'
import { scheduleVersion } from '#application/insight/versions.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { bucketOf, percentile } from '#domain/schedules/statistics.ts'
import { hours, instantOf, minutes } from '#domain/time.ts'
import { actor, createVirtualLab, workspaceId } from '../schedules/virtual-lab.ts'
import { scheduled } from './scheduled.ts'

/** Half a day: a run every hour that takes ten minutes; the instrument is shared with a schedule that comes in between. */
const morning = async () => {
  const lab = await createVirtualLab({ durationMs: minutes(10) })
  const hourly = await lab.schedule({ name: 'Hourly', rule: { kind: 'cron', expression: '0 * * * ? *' } })
  const after = await lab.schedule({ name: 'After', rule: { kind: 'cron', expression: '5 * * * ? *' } })
  const begin = lab.time.now()
  await lab.time.runUntil(begin + hours(12) + minutes(30))
  return { ...lab, hourly, after, begin }
}

describe('statistics', () => {
  test('tell how often, how long and how late, and equal what the recorded runs add up to', async () => {
    const { world, hourly, after } = await morning()
    const { statistics } = await getSchedule({ workspaceId, id: hourly.id }, world)
    expect(statistics).toMatchObject({ runs: 12, fired: 12, missed: 0, successRate: 1, byOutcome: { succeeded: 12 } })
    expect(statistics.durationSeconds.p50).toBeGreaterThan(540)
    expect(statistics.durationSeconds.p50).toBeLessThan(660)
    const late = (await getSchedule({ workspaceId, id: after.id }, world)).statistics.lateSeconds
    // It waits for the other one's ten minutes to end, asking once a minute.
    expect(late.p95).toBeGreaterThan(280)
    for (const { id } of [hourly, after])
      expect(await repairStatistics({ workspaceId, id, repair: false }, world)).toMatchObject({ equal: true })
  })

  test('that are wrong are found, and put right', async () => {
    const { world, hourly } = await morning()
    const key = { workspaceId, scheduleId: hourly.id } as const
    await world.store.commit([{ type: 'count', ...key, counts: { runs: 1, outcome: 'failed', duration: '7' } }])
    const found = await repairStatistics({ workspaceId, id: hourly.id, repair: false }, world)
    expect(found).toMatchObject({ equal: false, repaired: false, counted: { runs: 13 }, recomputed: { runs: 12 } })
    expect(await repairStatistics({ workspaceId, id: hourly.id, repair: true }, world)).toMatchObject({
      repaired: true,
    })
    expect(await repairStatistics({ workspaceId, id: hourly.id, repair: false }, world)).toMatchObject({ equal: true })
  })

  test('tell a percentile within a tenth', () => {
    const values = Array.from({ length: 1_000 }, (_, n) => (n + 1) * 1_000)
    const buckets: Record<string, number> = {}
    for (const ms of values) buckets[bucketOf(ms)] = (buckets[bucketOf(ms)] ?? 0) + 1
    for (const share of [0.1, 0.5, 0.9, 0.95]) {
      const told = percentile(buckets, share) ?? 0
      expect(Math.abs(told / (share * 1_000) - 1)).toBeLessThan(0.1)
    }
    expect(percentile({}, 0.5)).toBeUndefined()
  })
})

describe('the ledger', () => {
  test('tells by the versions that were in force, and a run names the one that it runs', async () => {
    const { world, address, fire, runs, setClock } = await scheduled()
    await fire('2026-11-21T08:00:00.000Z')
    setClock('2026-11-21T12:00:00.000Z')
    const changed = await changeSchedule(
      { ...address, patch: { rule: { kind: 'cron', expression: '0 14 * * ? *' } } },
      world,
    )
    await fire('2026-11-22T13:00:00.000Z')
    setClock('2026-11-22T15:00:00.000Z')
    await pauseSchedule({ ...address, note: 'Holiday' }, world)
    setClock('2026-11-24T15:00:00.000Z')
    const range = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z', limit: 100 }
    const { items } = await scheduleLedger({ ...address, ...range }, world)
    expect(items.map(({ at, fate, scheduleVersion: version }) => [at.slice(8, 13), fate, version])).toEqual([
      ['21T08', 'failed', 1],
      ['21T13', 'missed', 2],
      ['22T13', 'failed', 2],
      ['23T13', 'stopped', 3],
      ['24T13', 'stopped', 3],
    ])
    expect((await runs()).map(({ scheduleVersion: version }) => version)).toEqual([1, changed.version])
  })

  test('says when there is more than was asked for, and goes on from there', async () => {
    const { world, address } = await scheduled()
    const range = { from: '2026-11-21T00:00:00.000Z', to: '2026-12-21T00:00:00.000Z' }
    const first = await scheduleLedger({ ...address, ...range, limit: 10 }, world)
    expect([first.items.length, first.truncated]).toEqual([10, true])
    const from = instantOf(Date.parse(first.items.at(-1)?.at ?? '') + 1)
    const rest = await scheduleLedger({ ...address, ...range, from, limit: 100 }, world)
    expect([rest.items.length, rest.truncated]).toEqual([20, false])
    expect(rest.items.every(({ fate }) => fate === 'to-come')).toBe(true)
  })

  test.each([
    ['2026-11-21T00:00:00.000Z', '2026-11-20T00:00:00.000Z'],
    ['2026-11-21T00:00:00.000Z', '2036-11-20T00:00:00.000Z'],
  ])('from %s to %s is refused', async (from, to) => {
    const { world, address } = await scheduled()
    await expect(scheduleLedger({ ...address, from, to, limit: 1 }, world)).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('versions', () => {
  test('never change, whatever becomes of the schedule', async () => {
    const { world, address, created } = await scheduled()
    const renamed = await changeSchedule({ ...address, patch: { name: 'Renamed' } }, world)
    const paused = await pauseSchedule({ ...address, note: 'x' }, world)
    for (const version of [created, renamed, paused])
      expect(await scheduleVersion({ ...address, version: version.version }, world)).toEqual(version)
    await expect(scheduleVersion({ ...address, version: 99 }, world)).rejects.toThrow('no version 99')
  })

  test('and their history tells what was before and after, and who did it', async () => {
    const { world, address } = await scheduled()
    await changeSchedule({ ...address, patch: { name: 'Renamed' } }, world)
    const page = await world.store.history(address.workspaceId, address.id, { limit: 1, newestFirst: true })
    expect(page.items).toMatchObject([
      { action: 'schedule.changed', actor, changes: { name: 'Renamed' }, before: { name: 'Daily' } },
    ])
  })
})

describe('metrics, status and analysis', () => {
  test('metrics add up the runs of a span', async () => {
    const { world } = await morning()
    const metrics = await readMetrics({ workspaceId }, world)
    expect(metrics).toMatchObject({
      truncated: false,
      runs: 25,
      byOutcome: { succeeded: 25 },
      byTrigger: { schedule: 25 },
      successRate: 1,
      durationSeconds: { p50: 600, p95: 600 },
    })
  })

  test('status tells what is live and why it waits', async () => {
    const lab = await createVirtualLab({ durationMs: minutes(50) })
    await lab.schedule({ name: 'Long', rule: { kind: 'cron', expression: '0 * * * ? *' } })
    await lab.schedule({ name: 'Other', rule: { kind: 'cron', expression: '10 * * * ? *' } })
    await lab.time.runUntil(lab.time.now() + minutes(75))
    const status = await readStatus({ workspaceId }, lab.world)
    expect(status.live).toMatchObject([
      { state: 'running' },
      { state: 'waiting', why: expect.stringMatching(/free next at \S+, as far as planned\. Until/) },
    ])
    expect(status).toMatchObject({ unsettled: 0, overdue: 0, stops: [], truncated: false })
    const analysis = await readAnalysis({ workspaceId }, lab.world)
    expect(analysis.waiting).toMatchObject([{ reason: 'assets-busy', advice: expect.stringContaining('held') }])
  })

  test('analysis names the bottleneck, and how much it is used', async () => {
    const { world, assetId, begin, time } = await morning()
    const span = { workspaceId, from: instantOf(begin), to: instantOf(time.now()) } as const
    const analysis = await readAnalysis(span, world)
    expect(analysis.assets).toMatchObject([{ assetId, runs: 25, refused: 0 }])
    // 25 runs of ten minutes in 12.5 hours.
    expect(analysis.assets[0]?.utilisation).toBeGreaterThan(0.31)
    expect(analysis.assets[0]?.utilisation).toBeLessThan(0.36)
    expect(analysis.assets[0]?.waitedForSeconds).toBeGreaterThan(12 * 280)
    expect(analysis.failing).toEqual([])
  })

  test('analysis names the schedules that fail, and why', async () => {
    const { world, fire, address, setClock } = await scheduled()
    for (const day of ['21', '22']) await fire(`2026-11-${day}T08:00:00.000Z`)
    setClock('2026-11-22T08:01:00.000Z')
    const { failing } = await readAnalysis({ workspaceId: 'ws_one', from: '2026-11-20T00:00:00.000Z' }, world)
    expect(failing).toMatchObject([
      { scheduleId: address.id, runs: 2, failed: 2, lastReason: expect.stringContaining('agent') },
    ])
  })

  test.each([
    { from: '2026-11-22T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' },
    { from: '2026-01-01T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' },
  ])('of %j are refused', async (span) => {
    const { world } = await scheduled()
    await expect(readMetrics({ workspaceId: 'ws_one', ...span }, world)).rejects.toMatchObject({ code: 'invalid' })
  })
})
