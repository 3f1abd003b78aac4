import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { send } from './call.ts'
import { furnish, successOf, type Things } from './furnished.ts'
import type { Laboratory } from './laboratory.ts'

type ListRoute = 'listAssets' | 'listRuns' | 'listReservations' | 'getRunHistory' | 'listMembers' | 'listSchedules'

/** All ids over all pages; the number of pages is bounded, so a cursor that does not move fails. */
const walk = async (
  lab: Laboratory,
  id: ListRoute,
  things: Things,
  query: Record<string, string>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<string[]> => {
  const seen: string[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 200; pages++) {
    const { body, status } = await send(lab, {
      ...successOf(id, things),
      query: { ...query, ...(cursor && { cursor }) },
    })
    expect(status).toBe(200)
    expect(body.items.length).toBeLessThanOrEqual(Number(query.limit ?? 20))
    seen.push(...body.items.map((item: { id?: string; subject: string }) => item.id ?? item.subject))
    cursor = body.next
    if (cursor === undefined) return seen
    await between()
  }
  throw new Error('the pages do not end')
}

const manyAssets = async (lab: Laboratory, things: Things, count: number): Promise<string[]> => {
  const ids = [things.assetId ?? '']
  for (let n = 0; n < count; n++) {
    const { body } = await send(lab, {
      ...successOf('createAsset', things),
      body: { name: `Rack ${n}`, kind: 'resource' },
    })
    ids.push(body.id)
  }
  return ids
}

describe('pages', () => {
  test('of any size tell everything once, in order', async () => {
    const { lab, things } = await furnish()
    const furniture = [things.otherAssetId, things.fragileId, things.noisyId, things.personId].map((id) => id ?? '')
    const ids = (await manyAssets(lab, things, 23)).toSpliced(1, 0, ...furniture)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (limit) => {
        expect(await walk(lab, 'listAssets', things, { limit: String(limit) })).toEqual(ids)
      }),
      { numRuns: 20, seed: 20_261_120 },
    )
  })

  test('while others write: what was there throughout is told once', async () => {
    const { lab, things } = await furnish()
    const ids = await manyAssets(lab, things, 9)
    const seen = await walk(lab, 'listAssets', things, { limit: '2' }, () => manyAssets(lab, things, 1))
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('without what is retired, unless it is asked for', async () => {
    const { lab, things } = await furnish()
    const [, second = ''] = await manyAssets(lab, things, 3)
    await send(lab, successOf('retireAsset', { ...things, assetId: second }))
    expect(await walk(lab, 'listAssets', things, { limit: '1' })).not.toContain(second)
    expect(await walk(lab, 'listAssets', things, { limit: '1', archived: 'true' })).toContain(second)
    expect((await send(lab, successOf('getAsset', { ...things, assetId: second }))).body.status).toBe('retired')
  })

  test('runs come newest first, by schedule and by whether they are live', async () => {
    const { lab, things } = await furnish()
    const ids = [things.runId ?? '']
    for (let n = 0; n < 4; n++) {
      lab.clock.nowMs += 60_000
      ids.unshift((await send(lab, successOf('triggerSchedule', things))).body.id)
    }
    const alone = (await send(lab, successOf('startRun', things))).body.id
    await send(lab, successOf('abortRun', { ...things, runId: ids[1] ?? '' }))
    const limit = '2'
    const scheduleId = things.scheduleId ?? ''
    expect(await walk(lab, 'listRuns', things, { limit, scheduleId })).toEqual(ids)
    expect(await walk(lab, 'listRuns', things, { limit, status: 'ended' })).toEqual([ids[1]])
    const live = await walk(lab, 'listRuns', things, { limit, status: 'live' })
    expect(live.sort()).toEqual([alone, ...ids.filter((id) => id !== ids[1])].sort())
    expect(await walk(lab, 'listRuns', things, { limit, status: 'live', scheduleId })).not.toContain(alone)
  })

  test('the history of a run, oldest first', async () => {
    const { lab, things } = await furnish()
    await send(lab, successOf('abortRun', things))
    const { body } = await send(lab, successOf('getRunHistory', things))
    expect(body.items[0].action).toBe('run.requested')
    expect(body.items.length).toBeGreaterThan(1)
    expect(await walk(lab, 'getRunHistory', things, { limit: '1' })).toEqual(
      body.items.map((item: { id: string }) => item.id),
    )
  })
})
