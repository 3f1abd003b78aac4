import { describe, expect, test } from 'vitest'
import type { Change, Documents } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { creation, documentOf, revision } from '../documents.ts'
import { committing, conflict, done, newWorkspace, type Open, walk } from './harness.ts'

/** What the calendar of the assets asks of a store. */
export const calendarContract = (open: Open): void => {
  const commit = committing(open)

  describe('the rulebook', () => {
    test('holds every type, group, quota and waiver of its workspace', async () => {
      const ws = newWorkspace()
      const kinds = ['assetType', 'assetGroup', 'quota', 'waiver'] as const
      await commit(
        ...kinds.flatMap((kind) =>
          ['a', 'b'].map((body) => creation(kind, documentOf(kind as 'quota', ws, body) as never)),
        ),
        creation('quota', documentOf('quota', newWorkspace(), 'c')),
      )
      const of = <K extends (typeof kinds)[number]>(kind: K) => ['a', 'b'].map((body) => documentOf(kind, ws, body))
      expect(await open().rulebook(ws)).toEqual({
        assetTypes: of('assetType'),
        assetGroups: of('assetGroup'),
        quotas: of('quota'),
        waivers: of('waiver'),
      })
      expect((await open().list('quota', ws, { limit: 10 })).items).toEqual(of('quota'))
    })
  })

  describe('accounts', () => {
    const account = 'person:sam@lab:1'
    const entry = { startMs: 1, endMs: 2, assetIds: ['ast_a' as const] }
    const write = (ws: WorkspaceId, more: Partial<Extract<Change, { type: 'account' }>> = {}): Change => ({
      type: 'account',
      workspaceId: ws,
      account,
      month: '2026-11',
      reservationId: 'res_a',
      entry,
      ...more,
    })
    const read = async (ws: WorkspaceId) =>
      (await open().accounts(ws, [{ account, months: ['2026-11', '2026-12'] }]))[0]

    test('of nobody are empty, in version 0', async () => {
      expect(await read(newWorkspace())).toEqual({
        account,
        months: [
          { month: '2026-11', version: 0, entries: {} },
          { month: '2026-12', version: 0, entries: {} },
        ],
      })
    })

    test('are written without being read, or on condition of what was read', async () => {
      const ws = newWorkspace()
      expect(await commit(write(ws))).toEqual(done)
      expect(await commit(write(ws, { reservationId: 'res_b', expect: 0 }))).toEqual(conflict(0))
      expect(await commit(write(ws, { reservationId: 'res_b', expect: 1 }))).toEqual(done)
      expect((await read(ws))?.months[0]).toEqual({
        month: '2026-11',
        version: 2,
        entries: { res_a: entry, res_b: entry },
      })
      const check = (month: string, expect: number): Change => ({
        type: 'check-account',
        workspaceId: ws,
        account,
        month,
        expect,
      })
      expect(await commit(check('2026-11', 2), check('2026-12', 0))).toEqual(done)
      expect(await commit(check('2026-11', 1), check('2026-12', 0))).toEqual(conflict(0))
      expect(await commit(check('2026-12', 1))).toEqual(conflict(0))
    })

    test('give an entry back without growing their version; what is not there is given back too', async () => {
      const ws = newWorkspace()
      await commit(write(ws))
      expect(await commit(write(ws, { entry: null }))).toEqual(done)
      expect(await commit(write(ws, { entry: null }), write(ws, { entry: null, month: '2027-01' }))).toEqual(done)
      expect((await read(ws))?.months[0]).toEqual({ month: '2026-11', version: 1, entries: {} })
    })
  })

  describe('a claim', () => {
    const at = { item: '2026-11-20' as const, assetId: 'ast_a' as const, reservationId: 'res_a' as const }
    const claim = { startMs: 1, endMs: 2, units: 1, expiresMs: 9, setup: 'wet', by: 'sam' }

    test('is given back on condition of what was read, where that is asked', async () => {
      const ws = newWorkspace()
      await commit({ ...at, type: 'claim', workspaceId: ws, claim, expect: 0 })
      expect(await commit({ ...at, type: 'unclaim', workspaceId: ws, expect: 2 })).toEqual(conflict(0))
      expect(await commit({ ...at, type: 'unclaim', workspaceId: ws, expect: 1 })).toEqual(done)
    })

    test('stands in the horizon of its day, with all that it says', async () => {
      const ws = newWorkspace()
      const other = { ...at, assetId: 'ast_b' as const }
      await commit(
        { ...at, type: 'claim', workspaceId: ws, claim, expect: 0 },
        { ...at, item: 'OPEN', type: 'claim', workspaceId: ws, claim, expect: 0, fence: 1 },
        { ...other, item: '2026-11-21', type: 'claim', workspaceId: ws, claim, expect: 0 },
        { ...at, item: '2026-11-22', type: 'claim', workspaceId: ws, claim, expect: 0 },
        { ...at, type: 'claim', workspaceId: newWorkspace(), claim, expect: 0 },
      )
      const found = await open().horizon(ws, ['2026-11-20', '2026-11-21'])
      const order = (items: typeof found) => items.toSorted((a, b) => (a.item < b.item ? -1 : 1))
      expect(order(found)).toEqual([
        { assetId: 'ast_a', item: '2026-11-20', claims: { res_a: claim } },
        { assetId: 'ast_b', item: '2026-11-21', claims: { res_a: claim } },
        { assetId: 'ast_a', item: 'OPEN', claims: { res_a: claim } },
      ])
    })
  })

  describe('reservations', () => {
    const at = (hour: number): string => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`
    const reservation = (ws: WorkspaceId, body: string, more: Partial<Documents['reservation']>) => ({
      ...documentOf('reservation', ws, body),
      status: 'confirmed' as const,
      ...more,
    })

    test('are found by their start, between two moments, in order', async () => {
      const ws = newWorkspace()
      const all = [9, 3, 6, 12].map((hour, index) => reservation(ws, `r${index}`, { start: at(hour) }))
      await commit(...all.map((value) => creation('reservation', value)))
      const starts = async (bounds?: { from?: string; to?: string }) =>
        (await walk((page) => open().reservationsByStart(ws, page, bounds), { limit: 1 })).map(({ start }) => start)
      expect(await starts()).toEqual([3, 6, 9, 12].map(at))
      expect(await starts({ from: at(6), to: at(12) })).toEqual([6, 9].map(at))
      expect(await starts({ from: at(7) })).toEqual([9, 12].map(at))
    })

    test('are due when they say so, and no longer when they stop saying it', async () => {
      const ws = newWorkspace()
      const [a, b, c] = [3, 1, 8].map((hour, index) => reservation(ws, `d${index}`, { lookAt: at(hour) }))
      if (!a || !b || !c) throw new Error('three were made')
      await commit(...[a, b, c, reservation(ws, 'd9', {})].map((value) => creation('reservation', value)))
      const due = async (hour: number) =>
        (await walk((page) => open().dueReservations(ws, page, at(hour)), { limit: 2 })).map(({ id }) => id)
      expect(await due(0)).toEqual([])
      expect(await due(3)).toEqual([b.id, a.id])
      await commit(revision('reservation', b, { status: 'released', lookAt: undefined }))
      expect(await due(9)).toEqual([a.id, c.id])
    })
  })

  test('open conflicts are found by asset until they are resolved', async () => {
    const ws = newWorkspace()
    const conflicts = ['ast_b', 'ast_a', 'ast_a'].map((assetId, index) => ({
      ...documentOf('conflict', ws, `x${index}`),
      assetId: assetId as 'ast_a',
    }))
    await commit(...conflicts.map((value) => creation('conflict', value)))
    const ids = async (assetId?: 'ast_a') =>
      (await walk((page) => open().openConflicts(ws, page, assetId), { limit: 1 })).map(({ id }) => id)
    expect(await ids()).toEqual(['cft_x1', 'cft_x2', 'cft_x0'])
    expect(await ids('ast_a')).toEqual(['cft_x1', 'cft_x2'])
    const [, second] = conflicts
    if (second) await commit(revision('conflict', second, { status: 'resolved' }))
    expect(await ids()).toEqual(['cft_x2', 'cft_x0'])
  })

  test('notices are told to those they are for, newest first where asked', async () => {
    const ws = newWorkspace()
    const made = ['a', 'b'].map((body) => documentOf('notice', ws, body))
    const other = { ...documentOf('notice', ws, 'c'), to: 'kim' }
    await commit(...[...made, other].map((value) => creation('notice', value)))
    const newest = await walk((page) => open().notices(ws, 'sam', page), { limit: 1, newestFirst: true })
    expect(newest).toEqual(made.toReversed())
    expect((await open().notices(ws, 'kim', { limit: 5 })).items).toEqual([other])
  })
}
