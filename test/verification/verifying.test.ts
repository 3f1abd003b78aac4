/** The daily verification as people and the clock ask for it: through the API, and by itself. */
import { beforeEach, describe, expect, test } from 'vitest'
import { verifyWhenDue, verifyWorkspace } from '#application/verification/verify-workspace.ts'
import type { World } from '#application/world.ts'
import type { AssetId, OrderId } from '#domain/ids.ts'
import { dayMs } from '#domain/time.ts'
import type { Finding } from '#domain/verification/verification.ts'
import { documentOf } from '../adapters/documents.ts'
import { pathOf, send } from '../api/call.ts'
import { otherWorkspaceId, stored, workspaceId } from '../api/laboratory.ts'
import { type Bench, openBench } from '../roster/bench.ts'

const six = Date.parse('2026-11-23T06:00:00+01:00')
let bench: Bench
let ada: string
beforeEach(async () => {
  bench = await openBench()
  bench.lab.clock.nowMs = six - dayMs
  ada = await bench.person('Ada')
  await bench.call('changeRosterSettings', {}, { body: { verification: { timeZone: 'Europe/Berlin' } } })
})
const due = (world: World = bench.lab.world) => verifyWhenDue(workspaceId, world)
const verify = async () => (await bench.call('verifyNow', {}, { body: {} })).body
const openOf = (report: { findings: Finding[] }) => report.findings.filter(({ status }) => status === 'open')
const order = async (more: object = {}): Promise<string> => {
  const body = { name: 'Visit', durationMinutes: 60, requirements: [{ assetId: ada }], ...more }
  return (await bench.call('createOrder', {}, { body })).body.id
}
const urgent = () => order({ due: '2026-11-24T12:00:00+01:00' })
const resolve = (verificationId: string, fingerprint: string, note = 'Bob does it') =>
  bench.call('resolveFinding', { verificationId, fingerprint }, { body: { note } })

/** An assignment that nobody has decided about: one item, on Tuesday at ten. */
const assignment = async (orderId: string): Promise<string> => {
  const within = { from: '2026-11-23T00:00:00.000Z', to: '2026-12-14T00:00:00.000Z' }
  const plan = {
    ...documentOf('plan', workspaceId, 'night'),
    ...within,
    algorithm: 'assignment' as const,
    name: 'Tonight',
  }
  const part = documentOf('planPart', workspaceId, '0')
  const [item] = part.items
  if (!item) throw new Error('a part has an item')
  const at = { start: '2026-11-24T09:00:00.000Z', end: '2026-11-24T10:00:00.000Z' }
  const assets = [{ assetId: ada as AssetId, units: 1 }]
  const items = [{ ...item, ...at, assets, orderId: orderId as OrderId }]
  await bench.lab.world.store.commit([
    { type: 'put', kind: 'plan', value: plan, expect: 'absent' },
    { type: 'put', kind: 'planPart', value: { ...part, id: `${plan.id}-0`, items }, expect: 'absent' },
  ])
  return plan.id
}

test('an assignment waits for approval; once it is approved, time off over it is a conflict and a finding', async () => {
  const orderId = await order()
  const planId = await assignment(orderId)
  bench.lab.clock.nowMs = six
  expect(openOf(await verify())).toEqual([
    expect.objectContaining({ code: 'approval-waiting', severity: 'warning', about: [planId, orderId] }),
  ])
  const committed = await bench.call('commitPlan', { planId }, { body: {} })
  expect(committed.status, JSON.stringify(committed.body)).toBe(200)
  expect(openOf(await verify())).toEqual([])
  const { body: off } = await bench.call(
    'addTimeOff',
    { personId: ada },
    { body: { from: '2026-11-24', kind: 'sick' } },
  )
  const { body: conflicts } = await bench.call('listConflicts')
  expect(conflicts.items).toEqual([expect.objectContaining({ type: 'absent', assetId: ada, status: 'open' })])
  expect(openOf(await verify())).toEqual([
    expect.objectContaining({ code: 'open-conflict', severity: 'critical', about: [conflicts.items[0].id, ada] }),
  ])
  await bench.call('dropTimeOff', { personId: ada, timeOffId: off.person.timeOff[0].id })
  expect(openOf(await verify())).toEqual([])
})

test('what somebody has accepted is told no more', async () => {
  const planId = await assignment(await order())
  await bench.call('commitPlan', { planId }, { body: {} })
  await bench.call('addTimeOff', { personId: ada }, { body: { from: '2026-11-24', kind: 'training' } })
  const [conflict] = (await bench.call('listConflicts')).body.items
  const accept = { resolution: { kind: 'accept' }, note: 'The course ends at noon' }
  await bench.call('resolveConflict', { conflictId: conflict.id }, { body: accept })
  expect(openOf(await verify())).toEqual([])
})

test('people who are imported with another last day are in conflict at once', async () => {
  const planId = await assignment(await order())
  await bench.call('commitPlan', { planId }, { body: {} })
  const imported = await bench.call('importPeople', {}, { body: { csv: 'name,lastDay\nAda,2026-11-23\n' } })
  expect(imported.body.changed).toHaveLength(1)
  expect((await bench.call('listConflicts')).body.items).toEqual([
    expect.objectContaining({ type: 'absent', assetId: ada }),
  ])
  await bench.call('importPeople', {}, { body: { csv: 'name,lastDay\nAda,2026-12-31\n' } })
  expect((await bench.call('listConflicts')).body.items).toEqual([])
})

describe('by itself', () => {
  test('it is made at six on weekdays, once', async () => {
    await urgent()
    expect(await due()).toBeUndefined()
    bench.lab.clock.nowMs = six - 1
    expect(await due()).toBeUndefined()
    bench.lab.clock.nowMs = six
    expect(await due()).toMatchObject({ id: 'ver_2026-11-23', by: 'system:verification', counts: { warning: 1 } })
    const before = stored(bench.lab)
    bench.lab.clock.nowMs += 900_000
    expect(await due()).toBeUndefined()
    expect(stored(bench.lab)).toBe(before)
  })

  test('two that look at one moment make one', async () => {
    bench.lab.clock.nowMs = six
    const made = await Promise.all([due(), due(), due()])
    expect(made.filter((one) => one !== undefined)).toHaveLength(1)
    expect((await bench.call('listAudit', {}, { query: { subject: 'ver_2026-11-23' } })).body.items).toHaveLength(1)
  })

  test('wherever it breaks off, the next look makes it', async () => {
    bench.lab.clock.nowMs = six
    await urgent()
    const { store } = bench.lab.world
    for (const broken of ['openOrders', 'horizon', 'commit'] as const) {
      const fails = async (): Promise<never> => Promise.reject(new Error('power cut'))
      await expect(due({ ...bench.lab.world, store: { ...store, [broken]: fails } })).rejects.toThrow('power cut')
      expect((await bench.call('listVerifications')).body.items).toEqual([])
    }
    expect(await due()).toMatchObject({ counts: { warning: 1 } })
  })

  test('it is made although somebody asked before six, and keeps what they resolved', async () => {
    await urgent()
    bench.lab.clock.nowMs = six - 3_600_000
    const early = await verify()
    await resolve(early.id, early.findings[0].fingerprint)
    bench.lab.clock.nowMs = six
    expect(await due()).toMatchObject({ id: early.id, resolved: 1, counts: { warning: 0 } })
  })

  test('not where it is switched off', async () => {
    await bench.call('changeRosterSettings', {}, { body: { verification: { on: false } } })
    bench.lab.clock.nowMs = six + 3_600_000
    expect(await due()).toBeUndefined()
  })
})

describe('a finding that was resolved', () => {
  test('stays resolved when the report is made anew, and on the next day; it comes back when its cause changes', async () => {
    const orderId = await order({ due: '2026-11-25T12:00:00+01:00' })
    bench.lab.clock.nowMs = six
    const monday = await verify()
    const { body: resolved } = await resolve(monday.id, monday.findings[0].fingerprint)
    expect(resolved).toMatchObject({ counts: { warning: 0 }, resolved: 1 })
    expect(resolved.text).toContain('resolved by admin: Bob does it')
    const again = await verify()
    expect(again.findings[0]).toMatchObject({ status: 'resolved', resolution: { by: 'admin', note: 'Bob does it' } })
    expect(again.findings[0].resolution.before).toBeUndefined()
    bench.lab.clock.nowMs = six + dayMs
    const tuesday = await due()
    expect(tuesday).toMatchObject({ previous: monday.id, resolved: 1, counts: { warning: 0 } })
    expect(tuesday?.findings[0]?.resolution).toMatchObject({ note: 'Bob does it', before: true })
    await bench.call(
      'changeOrder',
      { orderId },
      { body: { due: '2026-11-26T12:00:00+01:00' }, headers: { 'if-match': '*' } },
    )
    expect(openOf(await verify())).toEqual([expect.objectContaining({ code: 'urgent-order', severity: 'warning' })])
  })

  test('is resolved once, and only where it is', async () => {
    await urgent()
    const { id, findings } = await verify()
    const first = await resolve(id, findings[0].fingerprint)
    const before = stored(bench.lab)
    expect((await resolve(id, findings[0].fingerprint, 'Me too')).body).toEqual(first.body)
    expect((await resolve(id, '0'.repeat(25))).status).toBe(404)
    expect((await resolve('ver_2026-01-01', findings[0].fingerprint)).status).toBe(404)
    expect(stored(bench.lab)).toBe(before)
  })
})

test('of a duty that nobody has for the coming four weeks, the report warns as the rotation does', async () => {
  await bench.call(
    'addTimeOff',
    { personId: ada },
    { body: { from: '2026-12-14', to: '2026-12-18', kind: 'vacation' } },
  )
  await bench.duties([{ duty: 'juicer', name: 'Juicer', week: { monday: ada, tuesday: ada, saturday: ada } }])
  bench.lab.clock.nowMs = six
  const { findings } = await verify()
  expect(findings.map(({ code, severity, date }: Finding) => `${code} ${severity} ${date}`)).toEqual([
    'rotation-gap warning 2026-11-25',
    'rotation-gap warning 2026-11-26',
    'rotation-gap warning 2026-11-27',
    // Ada does not work on Saturdays.
    'holder-unavailable warning 2026-11-28',
    'rotation-gap warning 2026-11-29',
    'holder-unavailable info 2026-12-05',
    'holder-unavailable info 2026-12-12',
    'holder-unavailable info 2026-12-14',
    'holder-unavailable info 2026-12-15',
    'holder-unavailable info 2026-12-19',
  ])
})

test('two workspaces do not mix', async () => {
  await urgent()
  const other = { workspaceId: otherWorkspaceId }
  const ask = (
    id: 'createWorkspace' | 'verifyNow' | 'getVerification' | 'resolveFinding',
    more: object,
    body?: object,
  ) =>
    send(bench.lab, {
      method: id === 'getVerification' ? 'GET' : 'POST',
      path: pathOf(id, { ...other, ...more }),
      as: 'admin',
      ...(body && { body }),
    })
  await ask('createWorkspace', {}, { name: 'Other', id: otherWorkspaceId })
  const { findings, id } = await verify()
  expect(findings).toHaveLength(1)
  expect((await ask('getVerification', { verificationId: id })).status).toBe(404)
  const { body: theirs } = await ask('verifyNow', {}, {})
  expect(theirs.findings).toEqual([])
  const params = { verificationId: id, fingerprint: findings[0].fingerprint }
  expect((await ask('resolveFinding', params, { note: 'Not mine' })).status).toBe(404)
  // Nobody said whose clocks count there, so it is six by UTC.
  bench.lab.clock.nowMs = six + 3_600_000
  expect(await verifyWhenDue(otherWorkspaceId, bench.lab.world)).toMatchObject({ counts: { critical: 0, warning: 0 } })
})

test('it reads as much after a long history as without one', async () => {
  const count = async (): Promise<number> => {
    let requests = 0
    const { store } = bench.lab.world
    const counting = new Proxy(store, {
      get: (of, name) => {
        const work = Reflect.get(of, name)
        if (typeof work !== 'function') return work
        return (...args: unknown[]) => {
          requests += 1
          return work.apply(of, args)
        }
      },
    })
    bench.lab.clock.nowMs = six
    await bench.call('verifyNow', {}, { body: {} })
    await verifyWorkspace(
      { workspaceId, actor: { kind: 'person', subject: 'admin' } },
      { ...bench.lab.world, store: counting },
    )
    return requests
  }
  const without = await count()
  for (let index = 0; index < 120; index++) {
    const start = new Date(six - (30 + index) * dayMs).toISOString()
    const id = `old${String(index).padStart(4, '0')}`
    const one = { ...documentOf('reservation', workspaceId, id), status: 'released' as const, start, end: start }
    await bench.lab.world.store.commit([
      { type: 'put', kind: 'reservation', value: one, expect: 'absent' },
      {
        type: 'put',
        kind: 'slot',
        value: { ...documentOf('slot', workspaceId, id), status: 'completed', start, end: start },
        expect: 'absent',
      },
      {
        type: 'put',
        kind: 'order',
        value: { ...documentOf('order', workspaceId, id), status: 'completed' },
        expect: 'absent',
      },
    ])
  }
  expect(await count()).toBe(without)
  expect(without).toBeLessThan(40)
})
