import { describe, expect, test } from 'vitest'
import type { Documents, ListedKind } from '#application/world.ts'
import { runIdOfFiring, runIdRange, type WorkspaceId } from '#domain/ids.ts'
import { auditOf, creation, documentOf, revision } from '../documents.ts'
import { committing, conflict, done, newWorkspace, type Open, walk } from './harness.ts'

export const listsContract = (open: Open): void => {
  const commit = committing(open)

  describe('lists', () => {
    const listed: readonly ListedKind[] = [
      'member',
      'asset',
      'agent',
      'protocol',
      'schedule',
      'calendar',
      'externalName',
      'run',
      'reservation',
      'assetType',
      'assetGroup',
      'quota',
      'waiver',
      'conflict',
      'waitlistEntry',
      'series',
      'outage',
      'feed',
      'batch',
      'legacyOrders',
      'migrationState',
    ]
    const bodies = Array.from({ length: 23 }, (_, i) => `n${String(i).padStart(2, '0')}`)

    test.each(listed)('%s: every item once, in order, by pages of any size, from either end', async (kind) => {
      const ws = newWorkspace()
      const of = kind as 'asset'
      const values = bodies.map((body) => documentOf(of, ws, body))
      await commit(...values.toReversed().map((value) => creation(of, value)))
      for (const limit of [1, 2, 7, 23, 100])
        for (const newestFirst of [false, true]) {
          const items = await walk((page) => open().list(of, ws, page), { limit, newestFirst })
          expect(items).toEqual(newestFirst ? values.toReversed() : values)
        }
    })

    test('orders of a batch: every one of them once, and none that has left it', async () => {
      const ws = newWorkspace()
      const orders = bodies.map((body, index) => ({
        ...documentOf('order', ws, body),
        ...(index % 3 > 0 && { batchId: index % 3 === 1 ? ('bat_a' as const) : ('bat_b' as const) }),
      }))
      await commit(...orders.map((order) => creation('order', order)))
      const [left, ...others] = orders.filter(({ batchId }) => batchId === 'bat_a')
      const { batchId: _left, ...alone } = left as Documents['order']
      await commit({ type: 'put', kind: 'order', value: { ...alone, version: 2 }, expect: 1 })
      for (const limit of [1, 3, 100])
        expect(await walk((page) => open().ordersOfBatch(ws, 'bat_a', page), { limit })).toEqual(others)
      expect(await walk((page) => open().ordersOfBatch(newWorkspace(), 'bat_a', page), { limit: 10 })).toEqual([])
    })

    test('what is written while somebody pages neither doubles nor hides what was there all along', async () => {
      const ws = newWorkspace()
      const values = bodies.map((body) => documentOf('asset', ws, body))
      await commit(...values.map((value) => creation('asset', value)))
      let written = 0
      const items = await walk(
        async (page) => {
          const found = await open().list('asset', ws, page)
          await commit(creation('asset', documentOf('asset', ws, `n${String(written++).padStart(2, '0')}x`)))
          return found
        },
        { limit: 5 },
      )
      const ids = items.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual(expect.arrayContaining(values.map(({ id }) => id)))
    })

    test('a cursor of another list, or a damaged one, is refused', async () => {
      const ws = newWorkspace()
      const other = newWorkspace()
      for (const workspaceId of [ws, other])
        await commit(...['a', 'b', 'c'].map((id) => creation('asset', documentOf('asset', workspaceId, id))))
      const { next = '' } = await open().list('asset', ws, { limit: 1 })
      expect(next).not.toBe('')
      const refused = { code: 'invalid' }
      const listing = async (kind: ListedKind, of: WorkspaceId, cursor: string) =>
        open().list(kind, of, { limit: 1, cursor })
      await expect(listing('asset', other, next)).rejects.toMatchObject(refused)
      await expect(listing('schedule', ws, next)).rejects.toMatchObject(refused)
      await expect(listing('asset', ws, `A${next.slice(1)}`)).rejects.toMatchObject(refused)
      await expect(listing('asset', ws, 'x')).rejects.toMatchObject(refused)
    })

    test('of runs between two moments, by workspace and by schedule, hold those that were due then', async () => {
      const ws = newWorkspace()
      const hour = 3_600_000
      const runs = Array.from({ length: 9 }, (_, n) => ({
        ...documentOf('run', ws, 'x'),
        id: runIdOfFiring('sch_a', n * hour),
      }))
      await commit(...runs.map((run) => creation('run', run)))
      const wanted = runs.slice(2, 6).map(({ id }) => id)
      for (const limit of [1, 3, 100])
        for (const newestFirst of [false, true]) {
          const range = runIdRange(2 * hour, 6 * hour)
          const all = await walk((page) => open().runsBetween(ws, page, 2 * hour, 6 * hour), { limit, newestFirst })
          const own = await walk((page) => open().runsOfSchedule(ws, 'sch_a', page, range), { limit, newestFirst })
          const expected = newestFirst ? wanted.toReversed() : wanted
          expect([all.map(({ id }) => id), own.map(({ id }) => id)]).toEqual([expected, expected])
        }
      expect((await open().runsBetween(newWorkspace(), { limit: 10 }, 0, 9 * hour)).items).toEqual([])
    })

    test('of armings are in the order of what comes next, between two moments, without those for which nothing does', async () => {
      const ws = newWorkspace()
      const at = (n: number) => new Date(n * 3_600_000).toISOString()
      const arming = (id: string, nextAt?: string) => ({
        ...documentOf('arming', ws, id),
        state: 'settled' as const,
        ...(nextAt !== undefined && { nextAt }),
      })
      const armings = [arming('a', at(5)), arming('b', at(1)), arming('c'), arming('d', at(3)), arming('e', at(3))]
      await commit(...armings.map((value) => creation('arming', value)))
      const told = async (bounds?: { from?: string; to?: string }) =>
        (await walk((page) => open().nextArmings(ws, page, bounds), { limit: 2 })).map(({ scheduleId }) => scheduleId)
      expect(await told()).toEqual(['sch_b', 'sch_d', 'sch_e', 'sch_a'])
      expect(await told({ to: at(4) })).toEqual(['sch_b', 'sch_d', 'sch_e'])
      expect(await told({ from: at(2), to: at(4) })).toEqual(['sch_d', 'sch_e'])
      await commit(revision('arming', armings[1] as never, { nextAt: at(9) }))
      expect(await told({ from: at(4) })).toEqual(['sch_a', 'sch_b'])
    })

    test('of live runs, quarantines and unsettled schedules hold what is so now', async () => {
      const ws = newWorkspace()
      const runs = bodies.map((body) => documentOf('run', ws, body))
      const others = ['z1', 'z2'].map((id) => ({ ...documentOf('run', ws, id), scheduleId: 'sch_b' as const }))
      await commit(...[...runs, ...others].map((run) => creation('run', run)))
      const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).toSorted()
      const live = () => walk((page) => open().liveRuns(ws, page), { limit: 4 })
      expect(idsOf(await live())).toEqual(idsOf([...runs, ...others]))
      expect(idsOf(await open().liveRunsOfSchedule(ws, 'sch_b'))).toEqual(['run_z1', 'run_z2'])
      expect(idsOf(await walk((page) => open().runsOfSchedule(ws, 'sch_a', page), { limit: 5 }))).toEqual(idsOf(runs))

      const [first] = runs
      if (first) {
        const end = { reason: 'completed' as const, message: '', at: first.createdAt }
        const ended = {
          ...first,
          status: 'ended',
          outcome: 'succeeded',
          end,
          version: 2,
        } as unknown as Documents['run']
        await commit({ type: 'put', kind: 'run', value: ended, expect: 1 })
      }
      expect(idsOf(await live())).toEqual(idsOf([...runs.slice(1), ...others]))
      expect(await walk((page) => open().runsOfSchedule(ws, 'sch_a', page), { limit: 50 })).toHaveLength(runs.length)

      const reservation = documentOf('reservation', ws, 'a')
      const arming = documentOf('arming', ws, 'a')
      await commit(creation('reservation', reservation), creation('arming', arming))
      expect((await open().quarantined(ws, { limit: 5 })).items).toEqual([reservation])
      expect((await open().unsettledArmings(ws, { limit: 5 })).items).toEqual([arming])
      await commit(
        revision('reservation', reservation, { status: 'released' }),
        revision('arming', arming, { state: 'settled' }),
      )
      expect((await open().quarantined(ws, { limit: 5 })).items).toEqual([])
      expect((await open().unsettledArmings(ws, { limit: 5 })).items).toEqual([])
    })

    test('of live planning runs hold those that have not ended', async () => {
      const ws = newWorkspace()
      const runs = bodies.map((body) => documentOf('planningRun', ws, body))
      await commit(...runs.map((run) => creation('planningRun', run)))
      const live = async () =>
        (await walk((page) => open().livePlanningRuns(ws, page), { limit: 4 })).map(({ id }) => id).toSorted()
      expect(await live()).toEqual(runs.map(({ id }) => id).toSorted())
      const [first, ...others] = runs
      if (first) await commit(revision('planningRun', first, { status: 'cancelled', endedAt: first.createdAt }))
      expect(await live()).toEqual(others.map(({ id }) => id).toSorted())
    })

    test('of a mailbox hold the letters of one agent, oldest first', async () => {
      const ws = newWorkspace()
      const letters = ['c', 'a', 'b'].map((id) => documentOf('command', ws, id))
      const other = { ...documentOf('command', ws, 'd'), agentId: 'agt_b' as const }
      await commit(...[...letters, other].map((letter) => creation('command', letter)))
      expect((await open().mailbox(ws, 'agt_a')).map(({ id }) => id)).toEqual(['cmd_a', 'cmd_b', 'cmd_c'])
    })

    test('a history takes an entry once', async () => {
      const ws = newWorkspace()
      expect(await commit(auditOf(ws, 'ast_a', 'a'))).toEqual(done)
      expect(await commit(auditOf(ws, 'ast_a', 'a'))).toEqual(conflict(0))
    })

    test('of a history hold the entries about one subject', async () => {
      const ws = newWorkspace()
      await commit(...bodies.map((id) => auditOf(ws, 'ast_a', id)), auditOf(ws, 'ast_b', 'other'))
      for (const newestFirst of [false, true]) {
        const items = await walk((page) => open().history(ws, 'ast_a', page), { limit: 4, newestFirst })
        const ids = bodies.map((body) => `aud_${body}`)
        expect(items.map(({ id }) => id)).toEqual(newestFirst ? ids.toReversed() : ids)
      }
    })

    test('of a person’s memberships span workspaces, and the registry names every workspace', async () => {
      const person = `person-${newWorkspace()}`
      const places = [newWorkspace(), newWorkspace(), newWorkspace()]
      for (const ws of places) {
        const member = { ...documentOf('member', ws, person), subject: person }
        await commit(creation('workspace', documentOf('workspace', ws, 'a')), creation('member', member))
      }
      const found = await walk((page) => open().membershipsOf(person, page), { limit: 2 })
      expect(found.map(({ workspaceId }) => workspaceId).toSorted()).toEqual(places.toSorted())
      expect(await walk((page) => open().allWorkspaces(page), { limit: 10 })).toEqual(expect.arrayContaining(places))
    })
  })
}
