import { expect, test } from 'vitest'
import { explainTime } from '#application/insight/explain-time.ts'
import { repairStatistics } from '#application/insight/repair-statistics.ts'
import { scheduleLedger } from '#application/insight/schedule-ledger.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { changeWorkspace } from '#application/workspaces/change-workspace.ts'
import { cleanHistory } from '#application/workspaces/clean-history.ts'
import { hours, instantOf } from '#domain/time.ts'
import { actor, createVirtualLab, workspaceId } from '../schedules/virtual-lab.ts'

const month = hours(24 * 30)

/** Two months of daily runs. */
const twoMonths = async () => {
  const lab = await createVirtualLab({ sweepMs: hours(6) })
  const schedule = await lab.schedule({ rule: { kind: 'cron', expression: '0 9 * * ? *' } })
  await lab.time.runUntil(lab.time.now() + 2 * month)
  const keep = (retentionDays: number | null) =>
    changeWorkspace({ workspaceId, actor, version: 'any', patch: { retentionDays } }, lab.world)
  return { ...lab, schedule, keep, address: { workspaceId, id: schedule.id } as const }
}

test('runs are kept for ever unless somebody says otherwise', async () => {
  const { world, runs } = await twoMonths()
  expect(await cleanHistory(workspaceId, world)).toBe(0)
  expect(await runs()).toHaveLength(60)
})

test('older runs are forgotten with all that was written about them; younger ones and statistics stay', async () => {
  const { world, runs, keep, address, time } = await twoMonths()
  await keep(30)
  expect(await cleanHistory(workspaceId, world)).toBe(30)
  expect(await cleanHistory(workspaceId, world)).toBe(0)
  const left = await runs()
  expect(left).toHaveLength(30)
  expect(left.every(({ dueAt }) => Date.parse(dueAt) >= time.now() - month)).toBe(true)
  const { documents, audit } = world.store.everything()
  const about = [...documents.keys(), ...[...audit].flatMap(([key, entries]) => (entries.length > 0 ? [key] : []))]
  const names = about.filter((key) => /run_|res_/.test(key))
  const kept = new Set(left.map(({ id }) => id.replace('run_', '')))
  expect(names.filter((key) => ![...kept].some((id) => key.includes(id)))).toEqual([])
  expect((await getSchedule(address, world)).statistics.runs).toBe(60)
})

test('the ledger and the answer to why say that they have forgotten, and not that it was missed', async () => {
  const { world, keep, address, time } = await twoMonths()
  await keep(30)
  await cleanHistory(workspaceId, world)
  const range = { from: instantOf(time.now() - 2 * month), to: instantOf(time.now()), limit: 500 }
  const fates = (await scheduleLedger({ ...address, ...range }, world)).items.map(({ fate }) => fate)
  expect(fates.filter((fate) => fate === 'forgotten')).toHaveLength(30)
  expect(fates).not.toContain('missed')
  expect(await explainTime({ ...address, at: '2026-11-25T09:00' }, world)).toMatchObject({ answer: 'forgotten' })
})

test('statistics are not taken for wrong because runs are forgotten', async () => {
  const { world, keep, address } = await twoMonths()
  await keep(30)
  await cleanHistory(workspaceId, world)
  await expect(repairStatistics({ ...address, repair: true }, world)).rejects.toThrow(
    '30 that were counted are forgotten',
  )
})
