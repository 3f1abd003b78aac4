import { expect, test } from 'vitest'
import { explainTime } from '#application/insight/explain-time.ts'
import { repairStatistics } from '#application/insight/repair-statistics.ts'
import { scheduleLedger } from '#application/insight/schedule-ledger.ts'
import { holdRun } from '#application/runs/legal-hold.ts'
import { deleteSchedule } from '#application/schedules/delete-schedule.ts'
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

test('what is legally held is kept, and what is forgotten is exported first where that is asked for', async () => {
  const { world, runs, keep, files } = await twoMonths()
  const [held, ...others] = (await runs()).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (!held) throw new Error('no runs')
  await holdRun({ workspaceId, runId: held.id, actor, held: true, note: 'For the auditors' }, world)
  await keep(30)
  await changeWorkspace({ workspaceId, actor, version: 'any', patch: { exportForgotten: true } }, world)
  expect(await cleanHistory(workspaceId, world)).toBe(29)
  expect((await runs()).map(({ id }) => id)).toContain(held.id)
  expect(files.size).toBe(29)
  const [first] = others
  const text = [...files].find(([key]) => key.endsWith(`${first?.id}.json`))?.[1] ?? ''
  const exported = JSON.parse(text) as { run: { id: string; scheduleName: string }; history: unknown[] }
  expect(exported.run).toMatchObject({ id: first?.id, scheduleName: expect.any(String) })
  expect(exported.history.length).toBeGreaterThan(1)
  await holdRun({ workspaceId, runId: held.id, actor, held: false, note: 'Over' }, world)
  expect(await cleanHistory(workspaceId, world)).toBe(1)
})

test('runs of a schedule that was deleted for good are listed by it still, with its name', async () => {
  const { world, runs, schedule } = await twoMonths()
  const before = await runs()
  await deleteSchedule({ workspaceId, id: schedule.id, actor, version: 'any', note: 'Not needed' }, world)
  expect(await world.store.get('schedule', { workspaceId, id: schedule.id })).toBeUndefined()
  const after = await runs()
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  expect(new Set(after.map(({ scheduleName }) => scheduleName))).toEqual(new Set([schedule.name]))
})
