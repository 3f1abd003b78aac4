import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { type LegacyOrder, readLegacyOrder } from '#domain/migrations/legacy-order.ts'
import { type LegacySettings, legacyRows } from '#domain/migrations/legacy-orders.ts'
import { legacyInstant } from '#domain/migrations/legacy-time.ts'
import { documentOf } from '../adapters/documents.ts'
import { type Answered, pathOf, send } from '../api/call.ts'
import { type Furnished, furnish } from '../api/furnished.ts'
import { otherWorkspaceId, stored, workspaceId } from '../api/laboratory.ts'

const nowMs = Date.UTC(2026, 10, 20, 12)
const settings: LegacySettings = {
  priorityDirection: 'highest-is-5',
  defaults: { requirements: [{ assetId: 'ast_a', units: 1 }], durationMinutes: 30 },
}
const groups = new Map([['SAR constellation', 'grp_sar']])
const read = (value: object, more: Partial<LegacySettings> = {}) =>
  readLegacyOrder(value as Record<string, unknown>, { ...settings, ...more }, groups, nowMs)
const orderOf = (value: object, more: Partial<LegacySettings> = {}): LegacyOrder => {
  const found = read(value, more)
  if (!('id' in found)) throw new Error(JSON.stringify(found))
  return found
}
const codesOf = (value: object, more: Partial<LegacySettings> = {}): string[] => {
  const found = read(value, more)
  return 'id' in found ? [] : found.map(({ code }) => code)
}

describe('an order of the old format', () => {
  test('keeps what it says', () => {
    const found = orderOf({
      id: 'o1',
      created_at: '2026-01-06T11:00:00+00:00Z',
      status: 'REJECTED',
      reject_reason: 'Too cloudy',
      target_id: 'Athens',
      priority: 5,
      constraints: { max_incidence_deg: 30 },
      requested_window: { start: '2026-12-01 08:00:00', end: '2026-12-03T08:00:00Z' },
      earliest_start: '2026-12-01T09:00:00+01:00',
      latest_end: '2026-12-02T20:00:00Z',
      due_time: '2026-12-02',
      notes: 'First',
      user_notes: 'Second',
      external_ref: 'LIMS-1',
      order_type: 'IMAGING',
      batch_id: 'b-7',
      tags: ['night', 'night', 7],
      duration_seconds: 90,
      requested_satellite_group: 'SAR constellation',
    })
    expect(found.order).toEqual({
      name: 'Athens',
      priority: 5,
      value: 100,
      durationMinutes: 2,
      release: '2026-12-01T08:00:00.000Z',
      due: '2026-12-02T00:00:00.000Z',
      requirements: [{ groupId: 'grp_sar', units: 1 }],
      mode: { kind: 'PROTOCOL' },
      externalReference: 'LIMS-1',
      tags: ['night', '7', 'imaging'],
      notes: 'First\nSecond\nConstraints of the old order: {"max_incidence_deg":30}',
    })
    expect(found.batch).toBe('b-7')
    expect(found.more).toEqual({ status: 'rejected', reason: 'Too cloudy', createdAt: '2026-01-06T11:00:00.000Z' })
    expect(orderOf({ id: 'o1' }).id).toBe(found.id)
    expect(orderOf({ id: 'o1' }).order.externalReference).toBe('legacy:o1')
  })

  test('is as urgent whichever end of the scale its file means; without a priority it is as its file says of those', () => {
    for (const priority of [1, 2, 3, 4, 5]) {
      expect(orderOf({ priority }).order.priority).toBe(priority)
      expect(orderOf({ priority: 6 - priority }, { priorityDirection: 'highest-is-1' }).order.priority).toBe(priority)
    }
    expect(orderOf({}).order.priority).toBe(3)
    expect(orderOf({}, { priorityDirection: 'highest-is-1' }).order.priority).toBe(1)
    expect(codesOf({ priority: 2 }, { priorityDirection: undefined })).toEqual(['no-priority-direction'])
  })

  test.each([
    ['new', 'new'],
    ['queued', 'new'],
    ['planned', 'new'],
    ['committed', 'new'],
    ['ACCEPTED', 'new'],
    ['completed', 'completed'],
    ['cancelled', 'cancelled'],
  ])('%s becomes %s', (status, becomes) => {
    expect(orderOf({ status }).more.status).toBe(becomes)
  })

  test.each([
    [{ duration_minutes: 1.5 }, {}, 2],
    [{ duration: 90 }, { durationUnit: 'seconds' }, 2],
    [{ duration: 90 }, { durationUnit: 'minutes' }, 90],
    [{}, {}, 30],
  ] as const)('%j with %j takes %i minutes', (value, more, minutes) => {
    expect(orderOf(value, more).order.durationMinutes).toBe(minutes)
  })

  test.each([
    [{ priority: 0 }, {}, 'not-a-priority'],
    [{ priority: 'high' }, {}, 'not-a-priority'],
    [{ duration: 5 }, {}, 'no-duration-unit'],
    [{ duration_minutes: -5 }, {}, 'not-a-duration'],
    [{ duration_minutes: Number.NaN }, {}, 'not-a-duration'],
    [{}, { defaults: { requirements: settings.defaults.requirements } }, 'no-duration'],
    [{}, { defaults: { durationMinutes: 5 } }, 'no-requirements'],
    [{ requested_satellite_group: 'Nobody' }, {}, 'no-group'],
    [{ due_time: '2026-02-31T25:00:00Z' }, {}, 'not-a-time'],
    [{ status: 'lost' }, {}, 'unknown-status'],
    [{ name: 'two\nlines' }, {}, 'invalid_format'],
  ] as const)('%j with %j is told as %s', (value, more, code) => {
    expect(codesOf(value, more as Partial<LegacySettings>)).toEqual([code])
  })

  test('loses nothing in silence: what has no field of its own stands in the notes, and what must be put right is told', () => {
    const found = orderOf({
      ...{ id: 'o1', notes: 'First', customer: 'Oslo', lat: 59.9, empty: null, droll_deg: 'left' },
      ...{ external_ref: 'ref with blanks', created_at: 'once', tags: ['a', { b: 1 }], value: '7.6' },
    })
    const other =
      '{"customer":"Oslo","lat":59.9,"droll_deg":"left","external_ref":"ref with blanks","created_at":"once","tags":["a",{"b":1}]}'
    expect(found.order.notes).toBe(`First\nOther fields of the old order: ${other}`)
    expect(found.order).toMatchObject({ externalReference: 'legacy:o1', value: 8, tags: ['a'] })
    expect(found.remarks).toMatchObject([{ code: 'no-reference', message: expect.stringContaining('ref with blanks') }])
    expect(orderOf({ id: 'o1', customer: 'x'.repeat(3_000) }).remarks).toMatchObject([{ code: 'notes-cut' }])
    expect(orderOf({ id: 'o1', notes: 'First', external_ref: 'LIMS-1', batch_id: 'b-7' })).toMatchObject({
      order: { notes: 'First' },
      remarks: [],
    })
    for (const value of [-5, 0, 1e12, 'much', {}]) expect(codesOf({ value })).toEqual(['not-a-value'])
  })

  test('that was accepted becomes one for each of its times, each within its own', () => {
    const schedule = [
      {
        target_id: 'Athens',
        start_time: '2026-12-01T08:00:00Z',
        end_time: '2026-12-01T08:00:05Z',
        droll_deg: 12,
        value: 7.6,
      },
      { target_id: 'Oslo', start_time: '2026-12-01T09:00:00Z', end_time: '2026-12-01T09:10:00Z', droll_deg: -3 },
    ]
    const rows = legacyRows({
      orders: [{ order_id: 'ord_1', name: 'Campaign', status: 'ACCEPTED', schedule }, { id: 2 }],
    })
    expect(rows?.map(({ at }) => at)).toEqual(['order 1, time 1', 'order 1, time 2', 'order 2'])
    const [athens, oslo] = (rows ?? []).map(({ value }) => orderOf(value ?? {}))
    expect(athens?.order).toMatchObject({
      name: 'Campaign: Athens',
      durationMinutes: 1,
      release: '2026-12-01T08:00:00.000Z',
      due: '2026-12-01T08:01:00.000Z',
      mode: { kind: 'OPTICAL', rollDegrees: 12, pitchDegrees: 0 },
      value: 8,
      externalReference: 'legacy:ord_1/1',
    })
    expect(oslo?.order).toMatchObject({ durationMinutes: 10, due: '2026-12-01T09:10:00.000Z' })
    expect(oslo?.id).not.toBe(athens?.id)
  })

  test('whatever is in it, is read or told, and never thrown at', () => {
    const field = fc.constantFrom(
      ...[
        'id',
        'priority',
        'status',
        'duration',
        'due_time',
        'requested_window',
        'tags',
        'name',
        'value',
        'constraints',
      ],
      ...['schedule', 'start_time', 'end_time', 'created_at', 'external_ref', 'droll_deg', 'notes', 'batch_id'],
    )
    fc.assert(
      fc.property(fc.array(fc.dictionary(field, fc.jsonValue({ maxDepth: 2 }))), (blob) => {
        for (const { value } of legacyRows(blob) ?? []) {
          const found = value && read(value)
          if (found && !('id' in found)) expect(found.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('moments are read as old files write them', () => {
    const at = '2026-01-06T11:00:00.000Z'
    const ways = ['2026-01-06T11:00:00Z', '2026-01-06 11:00:00', '2026-01-06T11:00:00.000000', '2026-01-06T12:00+0100']
    for (const text of [...ways, '2026-01-06T11:00:00+00:00Z', ' 2026-01-06T11:00:00Z '])
      expect(legacyInstant(text)).toBe(at)
    for (const text of ['', 'soon', '2026-13-01', '06.01.2026', 5, null]) expect(legacyInstant(text)).toBeUndefined()
  })
})

describe('orders of the old format', () => {
  let lab: Furnished['lab']
  let things: Furnished['things']
  beforeEach(async () => {
    ;({ lab, things } = await furnish())
  })
  const call = (
    method: string,
    id: Parameters<typeof pathOf>[0],
    body?: unknown,
    of: string = workspaceId,
  ): Promise<Answered> => send(lab, { method, path: pathOf(id, { workspaceId: of }), as: 'admin', body })
  const put = (blob: unknown, more: object = {}): Promise<Answered> =>
    call('PUT', 'putLegacyOrders', {
      blob,
      settings: {
        priorityDirection: 'highest-is-1',
        defaults: { requirements: [{ assetId: things.assetId }], durationMinutes: 30 },
      },
      ...more,
    })
  const old = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({
      id: `old-${from + index}`,
      target_id: `T${from + index}`,
      priority: 1,
    }))
  const legacy = async (of: string = workspaceId) => {
    const { documents } = lab.world.store.everything()
    return [...documents]
      .filter(([key, value]) => key.startsWith(`order/${of}/`) && (value as { source: string }).source === 'legacy')
      .map(([, value]) => value as { name: string; priority: number })
  }
  const imported = async () => (await call('GET', 'getMigrations')).body.migrations[1]

  test.each([
    ['GET', 'listOrders', undefined],
    ['GET', 'getInbox', undefined],
    ['POST', 'makePlan', { iterations: 10 }],
  ] as const)('are there as soon as orders are used: %s %s', async (method, id, body) => {
    expect((await put({ orders: old(3) })).body).toMatchObject({ part: 1, orders: 3, storedBy: 'admin' })
    expect(await legacy()).toEqual([])
    const answered = await call(method, id, body)
    expect(answered.status).toBeLessThan(300)
    expect(await legacy()).toHaveLength(3)
    expect((await legacy())[0]).toMatchObject({
      name: 'T0',
      priority: 5,
      status: 'new',
      createdBy: 'system:migrations',
    })
    expect(await imported()).toMatchObject({ status: 'done', counts: { imported: 3 } })
  })

  test('are imported once, however many use orders at once', async () => {
    await put(old(40))
    await Promise.all(Array.from({ length: 4 }, () => call('GET', 'getInbox')))
    await call('GET', 'getInbox')
    expect(await legacy()).toHaveLength(40)
    expect(await imported()).toMatchObject({ status: 'done', counts: { imported: 40, present: 0, skipped: 0 } })
  })

  test('keep their batches: those of the same name, or one made for each, across pages', async () => {
    await call('POST', 'createBatch', { name: 'b-0' })
    await put(old(40).map((order, index) => ({ ...order, batch_id: `b-${index % 3}` })))
    const batches: { id: string; name: string }[] = (await call('GET', 'listBatches')).body.items
    const orders = (await legacy()) as { name: string; batchId?: string }[]
    expect(orders).toHaveLength(40)
    const nameOf = new Map(batches.map(({ id, name }) => [id, name]))
    expect([...nameOf.values()].filter((name) => name.startsWith('b-')).toSorted()).toEqual(['b-0', 'b-1', 'b-2'])
    for (const { name, batchId = '' } of orders) expect(nameOf.get(batchId)).toBe(`b-${Number(name.slice(1)) % 3}`)
  })

  test('that lie in the table without a word, as after a restore, are found', async () => {
    const value = {
      ...documentOf('legacyOrders', workspaceId, '01'),
      settings: {
        defaults: { requirements: [{ assetId: things.assetId as `ast_${string}`, units: 1 }], durationMinutes: 5 },
      },
      blob: { orders: [{ id: 1, target_id: 'Athens' }] },
    }
    await lab.world.store.commit([{ type: 'put', kind: 'legacyOrders', value, expect: 'absent' }])
    await call('GET', 'listOrders')
    expect(await legacy()).toMatchObject([{ name: 'Athens', externalReference: 'legacy:1' }])
  })

  test('more than a request waits for go on with the next, and when somebody says so', async () => {
    await put(old(400))
    await call('GET', 'getInbox')
    expect(await legacy()).toHaveLength(90)
    expect((await call('GET', 'getMigrations')).body.unfinished).toBeGreaterThan(0)
    const { body } = await call('POST', 'runMigrations', {})
    expect(body).toMatchObject({ unfinished: 0 })
    expect(await legacy()).toHaveLength(400)
  })

  test('that lose their reference are there all the same, and are told once', async () => {
    await put([{ id: 'old-1', target_id: 'T1', priority: 1, external_ref: 'with blanks' }])
    expect((await call('POST', 'runMigrations', {})).body).toMatchObject({ unfinished: 0 })
    const told = await imported()
    expect(told).toMatchObject({ counts: { imported: 1, skipped: 0 }, problems: [{ code: 'no-reference' }] })
    expect(told.problems).toHaveLength(1)
  })

  test('in parts; a part that was mended brings what was missing, and nothing twice', async () => {
    expect((await put(old(2), { part: 2 })).body.reasons).toMatchObject([{ code: 'gap', path: '/part' }])
    await put([...old(2), { id: 'old-2', due_time: 'soon' }])
    await put(old(2, 10), { part: 2 })
    await call('POST', 'runMigrations', {})
    const told = await imported()
    expect(told.counts).toEqual({ imported: 4, present: 0, skipped: 1 })
    expect(told.problems).toEqual([
      { at: 'part 1, order 3', code: 'not-a-time', message: 'due_time is no moment: soon' },
    ])
    await put(old(3))
    await call('POST', 'runMigrations', {})
    expect(await imported()).toMatchObject({ counts: { imported: 1, present: 4, skipped: 0 }, problems: [] })
    expect((await legacy()).map(({ name }) => name).toSorted()).toEqual(['T0', 'T1', 'T10', 'T11', 'T2'])
    expect((await call('GET', 'getLegacyOrders')).body.parts).toMatchObject([
      { part: 1, orders: 3 },
      { part: 2, orders: 2 },
    ])
  })

  test('an order that was changed since stays as people made it', async () => {
    await put(old(1))
    await call('GET', 'getInbox')
    const { body } = await send(lab, {
      method: 'GET',
      path: pathOf('listOrders', { workspaceId }),
      query: { externalReference: 'legacy:old-0' },
      as: 'admin',
    })
    const [{ id: orderId }] = body.items
    const path = pathOf('cancelOrder', { workspaceId, orderId })
    await send(lab, { method: 'POST', path, as: 'admin', body: { reason: 'Not needed' } })
    await put(old(1))
    await call('GET', 'getInbox')
    expect(await legacy()).toMatchObject([{ status: 'cancelled', reason: 'Not needed' }])
  })

  test('of one workspace are of no other', async () => {
    await furnish(lab, otherWorkspaceId)
    await put(old(3))
    await call('GET', 'getInbox', undefined, otherWorkspaceId)
    await call('POST', 'runMigrations', {}, otherWorkspaceId)
    expect(await legacy(otherWorkspaceId)).toEqual([])
    expect(await legacy()).toEqual([])
  })

  test.each([
    ['nothing in it', { blob: [] }, 'empty'],
    ['no orders', { blob: { things: [] } }, 'empty'],
    ['no word on priorities', { blob: [{ id: 1, priority: 1 }], settings: {} }, 'required'],
    ['no word on durations', { blob: [{ id: 1, duration: 1 }], settings: {} }, 'required'],
    [
      'an asset that is not there',
      { settings: { defaults: { requirements: [{ assetId: 'ast_none' }] } } },
      'unknown-asset',
    ],
    ['a part too many', { part: 21 }, 'too_big'],
  ])('with %s are refused, and nothing is stored', async (_what, more, code) => {
    const before = stored(lab)
    const answered = await put([{ id: 1 }], more)
    expect(answered.status).toBe(422)
    expect(answered.body.reasons.map((reason: { code: string }) => reason.code)).toEqual([code])
    expect(stored(lab)).toBe(before)
  })

  test('that cannot be stored do not keep a request from its answer', async () => {
    await put(old(3))
    const { commit } = lab.world.store
    Object.assign(lab.world.store, { commit: () => Promise.reject(new Error('The table is full.')) })
    expect((await call('GET', 'getInbox')).status).toBe(200)
    Object.assign(lab.world.store, { commit })
    await call('GET', 'getInbox')
    expect(await legacy()).toHaveLength(3)
  })
})
