/** What every store promises to the use cases. Registered once for each store; every test works in workspaces of its own. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Change, Documents, ListedKind, Page, PageRequest, Store } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { auditOf, creation, documentOf, revision } from './documents.ts'

let workspaces = 0
export const newWorkspace = (): WorkspaceId => `ws_contract-${++workspaces}-${process.pid}`

const conflict = (...conflicts: number[]) => ({ committed: false, conflicts })
const done = { committed: true }

/** All items of a list, page by page. */
const walk = async <T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  page: Omit<PageRequest, 'cursor'>,
): Promise<T[]> => {
  const items: T[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 100; pages++) {
    const found = await list({ ...page, cursor })
    expect(found.items.length).toBeLessThanOrEqual(page.limit)
    items.push(...found.items)
    if (found.next === undefined) return items
    cursor = found.next
  }
  throw new Error('The list does not end.')
}

export const storeContract = (open: () => Store): void => {
  const commit = (...changes: Change[]) => open().commit(changes)

  describe('documents', () => {
    const versioned = [
      'workspace',
      'member',
      'asset',
      'agent',
      'presence',
      'protocol',
      'schedule',
      'arming',
      'run',
      'reservation',
      'command',
    ] as const

    test.each(versioned)('%s: made once, changed from the version that was read, never from another', async (kind) => {
      const ws = newWorkspace()
      const first = documentOf(kind, ws, 'a') as Documents['asset']
      const of = kind as 'asset'
      expect(await open().get(of, first)).toBeUndefined()
      expect(await commit(creation(of, first))).toEqual(done)
      expect(await open().get(of, first)).toEqual(first)
      expect(await commit(creation(of, first))).toEqual(conflict(0))
      const next = { ...first, version: 2 }
      expect(await commit(revision(of, first, {}))).toEqual(done)
      expect(await commit(revision(of, first, {}))).toEqual(conflict(0))
      expect(await open().get(of, first)).toEqual(next)
      expect(await commit({ type: 'check', kind: of, key: first, expect: 2 })).toEqual(done)
      expect(await commit({ type: 'check', kind: of, key: first, expect: 1 })).toEqual(conflict(0))
      expect(await commit({ type: 'remove', kind: of, key: first, expect: 1 })).toEqual(conflict(0))
      expect(await commit({ type: 'remove', kind: of, key: first, expect: 2 })).toEqual(done)
      expect(await open().get(of, first)).toBeUndefined()
    })

    test('come back as they went in, whatever is in them', async () => {
      const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as never)
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.string({ maxLength: 20 }), json, { maxKeys: 6 }), async (parameters) => {
          const plain = JSON.parse(JSON.stringify(parameters)) as never
          const schedule = { ...documentOf('schedule', newWorkspace(), 'a'), parameters: plain }
          await commit(creation('schedule', schedule))
          expect(JSON.stringify(sorted(await open().get('schedule', schedule)))).toBe(JSON.stringify(sorted(schedule)))
        }),
        { numRuns: 40 },
      )
    })

    test('may be large', async () => {
      const ws = newWorkspace()
      const parameters = {
        text: Array.from({ length: 16_000 }, (_, i) => String.fromCharCode(97 + ((i * i) % 26))).join(''),
      }
      const schedule = { ...documentOf('schedule', ws, 'a'), parameters }
      expect(await commit(creation('schedule', schedule))).toEqual(done)
      expect(await open().get('schedule', schedule)).toEqual(schedule)
    })

    test('are read many at a time, in the order asked, with gaps where there is none', async () => {
      const ws = newWorkspace()
      const ids = Array.from({ length: 100 }, (_, i) => `a${String(i).padStart(3, '0')}`)
      await commit(...ids.filter((_, i) => i % 2 === 0).map((id) => creation('asset', documentOf('asset', ws, id))))
      const found = await open().getMany(
        'asset',
        ids.toReversed().map((id) => ({ workspaceId: ws, id: `ast_${id}` })),
      )
      expect(found.map((asset) => asset?.id)).toEqual(
        ids.map((id, i) => (i % 2 === 0 ? `ast_${id}` : undefined)).toReversed(),
      )
    })
  })

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
        { type: 'count', workspaceId: ws, scheduleId: schedule.id, outcome: 'failed', endedAt: asset.createdAt },
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

  test('statistics count by outcome', async () => {
    const ws = newWorkspace()
    const endedAt = documentOf('asset', ws, 'a').createdAt
    const key = { workspaceId: ws, scheduleId: 'sch_a' as const }
    for (const [i, outcome] of (['succeeded', 'failed', 'succeeded'] as const).entries())
      await commit({ type: 'count', ...key, outcome, endedAt }, auditOf(ws, 'sch_a', String(i)))
    expect(await open().get('scheduleStats', key)).toEqual({
      ...key,
      runs: 3,
      byOutcome: { succeeded: 2, failed: 1 },
      lastEndedAt: endedAt,
    })
  })

  describe('lists', () => {
    const listed: readonly ListedKind[] = ['member', 'asset', 'agent', 'protocol', 'schedule', 'run', 'reservation']
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

  test('two workspaces with the same ids never meet (I7)', async () => {
    const [mine, theirs] = [newWorkspace(), newWorkspace()]
    const kinds = ['asset', 'agent', 'protocol', 'schedule', 'arming', 'run', 'reservation', 'command'] as const
    const claim: Change = {
      type: 'claim',
      workspaceId: theirs,
      assetId: 'ast_a',
      item: 'OPEN',
      expect: 0,
      reservationId: 'res_a',
      claim: { startMs: 1, endMs: 2, units: 1 },
      fence: 1,
    }
    await commit(
      ...kinds.map((kind) => creation(kind as 'asset', documentOf(kind as 'asset', theirs, 'a'))),
      claim,
      auditOf(theirs, 'ast_a', 'a'),
    )
    for (const kind of kinds)
      expect(await open().get(kind as 'asset', documentOf(kind as 'asset', mine, 'a'))).toBeUndefined()
    const page = { limit: 10 }
    expect([
      (await open().list('run', mine, page)).items,
      (await open().liveRuns(mine, page)).items,
      (await open().quarantined(mine, page)).items,
      (await open().unsettledArmings(mine, page)).items,
      (await open().runsOfSchedule(mine, 'sch_a', page)).items,
      (await open().history(mine, 'ast_a', page)).items,
      await open().liveRunsOfSchedule(mine, 'sch_a'),
      await open().mailbox(mine, 'agt_a'),
      (await open().ledger(mine, [{ assetId: 'ast_a', days: [] }])).map(({ open: item }) => item.version),
    ]).toEqual([[], [], [], [], [], [], [], [], [0]])
  })
}

export const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
