import { beforeEach, describe, expect, test } from 'vitest'
import { newsOfEntry } from '#application/notifications/news.ts'
import { conductPlanningRun } from '#application/planning-runs/conduct-planning-run.ts'
import { cleanPlans } from '#application/plans/clean-plans.ts'
import { lookAfterProposals } from '#application/proposals/look-after-proposals.ts'
import { foldEntries } from '#domain/audit/entry.ts'
import { render } from '#domain/notifications/render.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench, proposed } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const proposals = (planId: string, query: object = {}) =>
  bench.call('getProposals', { assignmentId: planId }, { query })
const keysOf = (kind: string): string[] =>
  [...bench.lab.world.store.everything().documents.keys()].filter((key) => key.startsWith(`${kind}/`))

test('what waits is told while one of the assignments is being removed', async () => {
  const [star] = bench.assets
  const [kept, going] = [await bench.order('Kept'), await bench.order('Going')]
  const plan = await bench.assignment([proposed(kept, star, at(8))])
  const other = await bench.assignment([proposed(going, star, at(10))])
  const { store } = bench.lab.world
  const getMany = store.getMany
  // Its parts go just after it was read.
  store.getMany = (async (kind: 'planPart', keys: Parameters<typeof getMany<'planPart'>>[1]) => {
    const found = await getMany(kind, keys)
    return kind === 'planPart' ? found.map((part) => (part?.id.startsWith(other.id) ? undefined : part)) : found
  }) as typeof getMany
  const { status, body } = await bench.call('getWaitingAssignments')
  expect(status).toBe(200)
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual([plan.id])
  expect((await proposals(other.id)).status).toBe(404)
})

describe('the proposals of an assignment', () => {
  test('are told by start, page by page, by state and by the day of a zone; those without a place come last', async () => {
    const ids: string[] = []
    for (const name of ['Late', 'Early', 'Nowhere', 'Midnight']) ids.push(await bench.order(name))
    const [late = '', early = '', nowhere = '', midnight = ''] = ids
    const [star] = bench.assets
    const items = [
      proposed(late, star, at(40)),
      proposed(early, star, at(8)),
      // A quarter past midnight in Berlin, which is the day before by UTC.
      proposed(midnight, star, '2026-11-20T23:15:00.000Z'),
    ]
    const left = { orderId: nowhere as 'ord_a', code: 'NOBODY_AVAILABLE', message: 'Nobody has time.' } as const
    const plan = await bench.assignment(items, [left])
    const found: { orderId: string; orderName: string; status: string }[] = []
    let cursor: string | undefined
    do {
      const { body } = await proposals(plan.id, { limit: '1', ...(cursor && { cursor }) })
      expect(body.counts).toEqual({ proposed: 3, unassigned: 1 })
      found.push(...body.items)
      cursor = body.next
    } while (cursor)
    expect(found.map(({ orderName, status }) => `${orderName} ${status}`)).toEqual([
      'Early proposed',
      'Midnight proposed',
      'Late proposed',
      'Nowhere unassigned',
    ])
    const on = async (query: object) =>
      (await proposals(plan.id, query)).body.items.map(({ orderName }: { orderName: string }) => orderName)
    expect(await on({ day: '2026-11-20' })).toEqual(['Early', 'Midnight'])
    expect(await on({ day: '2026-11-20', timeZone: 'Europe/Berlin' })).toEqual(['Early'])
    expect(await on({ day: '2026-11-21', timeZone: 'Europe/Berlin' })).toEqual(['Midnight'])
    expect(await on({ status: 'unassigned' })).toEqual(['Nowhere'])
    const edit = await bench.call(
      'editProposal',
      { assignmentId: plan.id, orderId: nowhere },
      { body: { start: at(50) } },
    )
    expect([edit.status, edit.body.detail]).toEqual([409, expect.stringContaining('/slots')])
  })

  test('that were there throughout are on one page each, while others are approved and put elsewhere', async () => {
    const ids: string[] = []
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five', 'Six']) ids.push(await bench.order(name))
    const [star] = bench.assets
    const plan = await bench.assignment(ids.map((id, index) => proposed(id, star, at(10 + 2 * index))))
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { body } = await proposals(plan.id, { status: 'proposed', limit: '2', ...(cursor && { cursor }) })
      const page = body.items.map(({ orderId }: { orderId: string }) => orderId)
      seen.push(...page)
      await bench.approve(plan.id, page)
      cursor = body.next
    } while (cursor)
    expect(seen).toEqual(ids)
    for (const wrong of ['7', 'ord_a', '2026'])
      expect((await proposals(plan.id, { cursor: wrong })).status, wrong).toBe(422)
  })

  test('that are put elsewhere are judged at once, with all reasons, and say who did it', async () => {
    const orderId = await bench.order('One', { due: at(60) })
    const plan = await bench.assignment([proposed(orderId, bench.assets[0], at(10))])
    const edit = (body: object, as = 'scientist') =>
      bench.call('editProposal', { assignmentId: plan.id, orderId }, { body, as })
    const refused = await edit({ start: at(80), assets: [{ assetId: bench.assets[2], units: 1 }] })
    expect(refused.status).toBe(422)
    expect(refused.body.reasons.map(({ path }: { path: string }) => path)).toEqual(['/start', '/assets'])
    expect(await bench.statuses(plan.id)).toEqual({ [orderId]: 'proposed' })
    expect((await edit({ start: at(20) })).body).toMatchObject({ status: 'edited', by: 'scientist' })
    expect((await edit({ start: at(20) }, 'viewer')).status).toBe(403)
    const approve = (as: string) => bench.call('approveProposals', { assignmentId: plan.id }, { body: {}, as })
    expect((await approve('scientist')).status).toBe(403)
    expect((await approve('manager')).body.counts).toEqual({ approved: 1 })
    expect((await bench.live())[0]).toMatchObject({ start: at(20), source: 'manual' })
  })

  test('may break a soft rule, where somebody who may says why; it is committed so', async () => {
    const [star] = bench.assets
    const openingHours = { timeZone: 'UTC', week: { saturday: [{ from: '08:00', to: '18:00' }] } }
    const params = { assetId: star }
    await bench.call('changeAsset', params, { headers: { 'if-match': '*' }, body: { openingHours } })
    const orderId = await bench.order('One')
    const plan = await bench.assignment([proposed(orderId, star, at(24))])
    const edit = (body: object) => bench.call('editProposal', { assignmentId: plan.id, orderId }, { body })
    expect((await edit({ start: at(34) })).body.code).toBe('against_rules')
    const override = { codes: ['closed'], reason: 'Nights are quiet' }
    const edited = await edit({ start: at(34), override })
    expect(edited, JSON.stringify(edited.body)).toMatchObject({ status: 200, body: { item: { override } } })
    expect((await bench.approve(plan.id)).counts).toEqual({ approved: 1 })
    expect((await bench.live())[0]?.start).toBe(at(34))
  })

  test('are decided once, though two do it at the same moment: the other is told', async () => {
    const orderId = await bench.order('One')
    const plan = await bench.assignment([proposed(orderId, bench.assets[0], at(10))])
    const both = await Promise.all([bench.approve(plan.id, [orderId]), bench.reject(plan.id, [orderId])])
    const [live, { status }] = [await bench.live(), await bench.proposal(plan.id, orderId)]
    expect([...new Set(both.map((one) => one.status))].every((one) => one === 200 || one === 409)).toBe(true)
    expect([status, live.length]).toEqual(status === 'approved' ? ['approved', 1] : ['rejected', 0])
  })
})

describe('a planning run that assigns', () => {
  const run = async () => {
    for (const name of ['One', 'Two']) await bench.order(name)
    await bench.order('Impossible', {
      requirements: [{ capability: 'reading' }],
      durationMinutes: 60,
      due: at(2),
      protocolId: undefined,
    })
    const { status, body } = await bench.call(
      'requestPlanningRun',
      {},
      { body: { algorithm: 'assignment', name: 'Night' } },
    )
    expect(status).toBe(201)
    return conductPlanningRun({ workspaceId, id: body.id }, bench.lab.world, () => 0)
  }
  const newsOf = async (id: string) => {
    const { items } = await bench.lab.world.store.history(workspaceId, id, { limit: 10, newestFirst: true })
    const entry = items.find(({ action }) => action === 'planning-run.completed')
    return entry && newsOfEntry(entry, bench.lab.world)
  }

  test('tells in one message what waits for approval; any other tells nothing', async () => {
    const done = await run()
    const told = await newsOf(done?.id ?? '')
    expect(told?.news).toMatchObject({
      event: 'proposals.waiting',
      severity: 'info',
      facts: { what: 'Night', proposed: '2', swaps: '0', unassigned: '1', first: '2026-11-20' },
    })
    for (const locale of ['en', 'de'] as const) {
      const reader = { locale, timeZone: 'UTC', contact: 'Kim', workspace: 'Lab' }
      const { subject, text } = render(told ? [told.news] : [], reader)
      expect(`${subject} ${text}`).toContain(`/proposals/${told?.news.about[0]}`)
      expect(`${subject} ${text}`).not.toContain('{')
    }
    const { body } = await bench.call('requestPlanningRun', {}, { body: { algorithm: 'best-fit' } })
    await conductPlanningRun({ workspaceId, id: body.id }, bench.lab.world, () => 0)
    expect(await newsOf(body.id)).toBeUndefined()
  })

  test('takes its proposals along when it is deleted; their history stays', async () => {
    const done = await run()
    const planId = done?.status === 'completed' ? done.planId : ''
    await bench.reject(planId)
    expect(keysOf('proposal')).toHaveLength(2)
    const [proposal] = keysOf('proposal').map((key) => key.split('/')[2] ?? '')
    const deleted = await bench.call('deletePlanningRun', { planningRunId: done?.id ?? '' }, { method: 'DELETE' })
    expect(deleted.status, JSON.stringify(deleted.body)).toBe(204)
    expect([keysOf('proposal'), keysOf('plan'), keysOf('planPart')]).toEqual([[], [], []])
    const { items } = await bench.lab.world.store.history(workspaceId, proposal ?? '', { limit: 10 })
    expect(items.map(({ action }) => action)).toEqual(['proposal.rejected', 'proposal.removed'])
    expect(foldEntries(items)).toEqual({})
  })

  test('leaves nothing behind, though a proposal is written while it is deleted', async () => {
    const done = await run()
    const planId = done?.status === 'completed' ? done.planId : ''
    const { store } = bench.lab.world
    const original = store.commit
    const remove = () => bench.call('deletePlanningRun', { planningRunId: done?.id ?? '' }, { method: 'DELETE' })
    await bench.reject(planId)
    store.commit = async (changes) => {
      const [gone] = changes.flatMap((change) =>
        change.type === 'remove' && change.kind === 'proposal' ? [change] : [],
      )
      if (gone) {
        store.commit = original
        const proposal = await store.get('proposal', gone.key)
        if (proposal)
          await original([
            {
              type: 'put',
              kind: 'proposal',
              value: { ...proposal, version: proposal.version + 1 },
              expect: proposal.version,
            },
          ])
      }
      return original(changes)
    }
    expect((await remove()).status).toBe(409)
    expect((await remove()).status).toBe(204)
    expect([keysOf('proposal'), keysOf('plan')]).toEqual([[], []])
  })

  test('that is deleted while it is approved is approved no more, and nobody looks after that for ever', async () => {
    const done = await run()
    const planId = done?.status === 'completed' ? done.planId : ''
    const { store } = bench.lab.world
    const original = store.commit
    store.commit = async (changes) => {
      if (changes.some((change) => change.type === 'put' && change.kind === 'proposal')) {
        store.commit = original
        await bench.call('deletePlanningRun', { planningRunId: done?.id ?? '' }, { method: 'DELETE' })
      }
      return original(changes)
    }
    expect(await bench.approve(planId)).toMatchObject({ status: 404 })
    const failures: unknown[] = []
    for (const minutes of [6, 1]) {
      bench.lab.clock.nowMs += minutes * 60_000
      await lookAfterProposals(
        workspaceId,
        bench.lab.world,
        () => false,
        (...failure) => failures.push(failure),
      )
    }
    expect(failures).toEqual([])
    expect((await store.dueProposals(workspaceId, { limit: 10 }, at(400))).items).toEqual([])
  })

  test('is forgotten with its plan, its proposals and their history, when it is old', async () => {
    const done = await run()
    await bench.reject(done?.status === 'completed' ? done.planId : '')
    bench.lab.clock.nowMs += 400 * 24 * 3_600_000
    await cleanPlans(workspaceId, bench.lab.world)
    expect([keysOf('proposal'), keysOf('plan')]).toEqual([[], []])
    const { audit } = bench.lab.world.store.everything()
    expect([...audit].filter(([key, entries]) => key.includes('/prp_') && entries.length > 0)).toEqual([])
  })
})
