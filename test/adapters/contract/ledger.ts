import { describe, expect, test } from 'vitest'
import type { Change } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { noStats } from '#domain/schedules/statistics.ts'
import { auditOf, documentOf } from '../documents.ts'
import { committing, conflict, done, newWorkspace, type Open } from './harness.ts'

export const ledgerContract = (open: Open): void => {
  const commit = committing(open)

  describe('the ledger', () => {
    const at = { item: '2026-11-20' as const, assetId: 'ast_a' as const, reservationId: 'res_a' as const }
    const claim = { startMs: 1, endMs: 2, units: 1 }
    const read = async (ws: WorkspaceId) =>
      (await open().ledger(ws, [{ assetId: 'ast_a', days: ['2026-11-20', '2026-11-21'] }]))[0]

    test('of what nobody claimed is empty, in version 0', async () => {
      expect(await read(newWorkspace())).toEqual({
        assetId: 'ast_a',
        open: { version: 0, fence: 0, claims: {} },
        days: [
          { day: '2026-11-20', version: 0, claims: {} },
          { day: '2026-11-21', version: 0, claims: {} },
        ],
      })
    })

    test('grows its version with each claim, and not when one is taken back', async () => {
      const ws = newWorkspace()
      const add = (reservationId: `res_${string}`, expect: number): Change => ({
        ...at,
        type: 'claim',
        workspaceId: ws,
        reservationId,
        claim,
        expect,
      })
      expect(await commit(add('res_a', 0))).toEqual(done)
      expect(await commit(add('res_b', 0))).toEqual(conflict(0))
      expect(await commit(add('res_b', 1))).toEqual(done)
      expect((await read(ws))?.days[0]).toEqual({
        day: '2026-11-20',
        version: 2,
        claims: { res_a: claim, res_b: claim },
      })
      expect(await commit({ ...at, type: 'unclaim', workspaceId: ws })).toEqual(done)
      expect(await commit({ ...at, type: 'unclaim', workspaceId: ws })).toEqual(conflict(0))
      expect((await read(ws))?.days[0]).toEqual({ day: '2026-11-20', version: 2, claims: { res_b: claim } })
      expect(await commit({ ...at, type: 'check-ledger', workspaceId: ws, expect: 2 })).toEqual(done)
      expect(await commit({ ...at, type: 'check-ledger', workspaceId: ws, expect: 1 })).toEqual(conflict(0))
      expect(await commit({ ...at, item: '2026-11-21', type: 'check-ledger', workspaceId: ws, expect: 0 })).toEqual(
        done,
      )
    })

    test('keeps the fence of OPEN, which only grows', async () => {
      const ws = newWorkspace()
      const opened = { ...at, item: 'OPEN' as const, workspaceId: ws }
      expect(await commit({ ...opened, type: 'claim', claim, expect: 0, fence: 7 })).toEqual(done)
      expect((await read(ws))?.open).toMatchObject({ version: 1, fence: 7 })
      expect(await commit({ ...opened, type: 'raise-fence', expect: 1, fence: 20 })).toEqual(done)
      expect((await read(ws))?.open).toMatchObject({ version: 2, fence: 20, claims: { res_a: claim } })
      expect(await commit({ ...opened, type: 'raise-fence', expect: 1, fence: 30 })).toEqual(conflict(0))
      expect(await commit({ ...opened, type: 'raise-fence', expect: 2, fence: 20 })).toEqual(conflict(0))
      await commit({ ...opened, type: 'unclaim' })
      expect((await read(ws))?.open).toEqual({ version: 2, fence: 20, claims: {} })
    })

    test('can raise a fence where nothing was claimed yet', async () => {
      const ws = newWorkspace()
      const raise: Change = {
        type: 'raise-fence',
        workspaceId: ws,
        assetId: 'ast_a',
        item: 'OPEN',
        expect: 0,
        fence: 5,
      }
      expect(await commit(raise)).toEqual(done)
      expect((await read(ws))?.open).toEqual({ version: 1, fence: 5, claims: {} })
    })
  })

  test('statistics add up, each counter by itself', async () => {
    const ws = newWorkspace()
    const endedAt = documentOf('asset', ws, 'a').createdAt
    const key = { workspaceId: ws, scheduleId: 'sch_a' as const }
    for (const [i, outcome] of (['succeeded', 'failed', 'succeeded'] as const).entries())
      await commit({ type: 'count', ...key, counts: { runs: 1, outcome, endedAt } }, auditOf(ws, 'sch_a', String(i)))
    await commit({ type: 'count', ...key, counts: { fired: 1, duration: '12', lateness: '3' } })
    await commit({ type: 'count', ...key, counts: { fired: 1, missed: 4, duration: '0', lateness: '3' } })
    expect(await open().get('scheduleStats', key)).toEqual({
      ...key,
      runs: 3,
      byOutcome: { succeeded: 2, failed: 1 },
      fired: 2,
      missed: 4,
      durations: { 12: 1, 0: 1 },
      latenesses: { 3: 2 },
      lastEndedAt: endedAt,
    })
  })

  test('statistics are put right only where nothing was counted since they were read', async () => {
    const ws = newWorkspace()
    const key = { workspaceId: ws, scheduleId: 'sch_a' as const }
    const empty = noStats(key)
    await commit({ type: 'count', ...key, counts: { runs: 1, outcome: 'failed', duration: '3' } })
    const read = (await open().get('scheduleStats', key)) ?? empty
    const right = { ...read, byOutcome: { succeeded: 1 }, durations: { 5: 1 } }
    await commit({ type: 'count', ...key, counts: { runs: 1, outcome: 'failed' } })
    expect(await commit({ type: 'recount', from: read, to: right })).toMatchObject({ committed: false })
    const again = (await open().get('scheduleStats', key)) ?? empty
    expect(await commit({ type: 'recount', from: again, to: { ...right, runs: 2 } })).toEqual(done)
    expect(await open().get('scheduleStats', key)).toEqual({ ...right, runs: 2 })
    const other = { workspaceId: ws, scheduleId: 'sch_b' as const }
    expect(await commit({ type: 'recount', from: noStats(other), to: { ...noStats(other), runs: 3 } })).toEqual(done)
    expect((await open().get('scheduleStats', other))?.runs).toBe(3)
  })

  test('what is forgotten is gone from the history, and from no other', async () => {
    const ws = newWorkspace()
    await commit(auditOf(ws, 'run_a', '1'), auditOf(ws, 'run_a', '2'), auditOf(ws, 'run_b', '1'))
    const forget = { type: 'forget', workspaceId: ws, subject: 'run_a', id: 'aud_1' } as const
    expect(await commit(forget)).toEqual(done)
    expect(await commit(forget)).toEqual(done)
    expect((await open().history(ws, 'run_a', { limit: 10 })).items.map(({ id }) => id)).toEqual(['aud_2'])
    expect((await open().history(ws, 'run_b', { limit: 10 })).items).toHaveLength(1)
  })
}
