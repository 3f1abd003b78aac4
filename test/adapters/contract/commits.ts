import { describe, expect, test } from 'vitest'
import { auditOf, creation, documentOf, revision } from '../documents.ts'
import { committing, conflict, done, newWorkspace, type Open, walk } from './harness.ts'

export const commitsContract = (open: Open): void => {
  const commit = committing(open)

  describe('a commit', () => {
    test('does all of it or nothing, and tells every expectation that did not hold', async () => {
      const ws = newWorkspace()
      const asset = documentOf('asset', ws, 'a')
      const schedule = documentOf('schedule', ws, 'a')
      await commit(creation('asset', asset))
      const result = await commit(
        creation('schedule', schedule),
        creation('asset', asset),
        auditOf(ws, schedule.id, '1'),
        { type: 'check-ledger', workspaceId: ws, assetId: asset.id, item: 'OPEN', expect: 3 },
        {
          type: 'count',
          workspaceId: ws,
          scheduleId: schedule.id,
          counts: { runs: 1, outcome: 'failed', endedAt: asset.createdAt },
        },
      )
      expect(result).toEqual(conflict(1, 3))
      expect(await open().get('schedule', schedule)).toBeUndefined()
      expect((await open().history(ws, schedule.id, { limit: 10 })).items).toEqual([])
      expect(await open().get('scheduleStats', { workspaceId: ws, scheduleId: schedule.id })).toBeUndefined()
    })

    test('of a hundred changes is taken, one more is refused before anything is written', async () => {
      const ws = newWorkspace()
      const changes = Array.from({ length: 101 }, (_, i) => creation('asset', documentOf('asset', ws, `n${i}`)))
      await expect((async () => commit(...changes))()).rejects.toMatchObject({ code: 'limit_exceeded' })
      expect((await open().list('asset', ws, { limit: 1 })).items).toEqual([])
      expect(await commit(...changes.slice(1))).toEqual(done)
      expect(await walk((page) => open().list('asset', ws, page), { limit: 37 })).toHaveLength(100)
    })

    test('of many at one time over one version succeeds once', async () => {
      const ws = newWorkspace()
      const asset = documentOf('asset', ws, 'a')
      await commit(creation('asset', asset))
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          commit(revision('asset', asset, { name: `Reader ${i}` }), auditOf(ws, asset.id, String(i))),
        ),
      )
      expect(results.filter(({ committed }) => committed)).toHaveLength(1)
      expect((await open().history(ws, asset.id, { limit: 10 })).items).toHaveLength(1)
    })
  })
}
