import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { importOrders } from '#application/orders/import-orders.ts'
import { inbox, openOrders as readOpenOrders } from '#application/orders/inbox.ts'
import { type Order, type OrderStatus, orderStatuses } from '#domain/orders/order.ts'
import { policies, scoreOf } from '#domain/orders/score.ts'
import { mayBecome, orderTransitions } from '#domain/orders/transitions.ts'
import { documentOf } from '../adapters/documents.ts'
import { type Answered, send } from '../api/call.ts'
import { at, type Furnished, furnish, orderBody, successOf } from '../api/furnished.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'

let lab: Furnished['lab']
let things: Furnished['things']
beforeEach(async () => {
  ;({ lab, things } = await furnish())
})

const place = (more: object = {}): Promise<Answered> =>
  send(lab, {
    ...successOf('createOrder', things),
    body: { ...orderBody(things.assetId ?? ''), externalReference: undefined, ...more },
  })
const codes = ({ body }: Answered): string[] => (body.reasons ?? []).map(({ code }: { code: string }) => code)

describe('an order that cannot be done is refused when it is placed, with every reason', () => {
  test.each([
    ['due before release', { release: at(10), due: at(9) }, 'due-before-release'],
    ['longer than its window', { release: at(10), due: at(11), durationMinutes: 90 }, 'window-too-short'],
    ['an asset that is not there', { requirements: [{ assetId: 'ast_none' }] }, 'unknown-asset'],
    ['a group that is not there', { requirements: [{ groupId: 'grp_none' }] }, 'unknown-asset'],
    ['a protocol that is not there', { protocolId: 'pro_none' }, 'no-protocol'],
    ['parameters of no protocol', { parameters: { plates: 1 } }, 'no-protocol'],
    ['an order to follow that is not there', { follows: { orderId: 'ord_none' } }, 'no-order'],
  ])('%s', async (_what, more, code) => {
    const before = stored(lab)
    const answered = await place(more)
    expect(answered.status).toBe(422)
    expect(codes(answered)).toContain(code)
    expect(stored(lab)).toBe(before)
  })

  test.each([
    { durationMinutes: -5 },
    { durationMinutes: 1.5 },
    { durationMinutes: null },
    { value: -1 },
    { priority: 6 },
    { mode: { kind: 'TELEPATHY' } },
    { mode: { kind: 'OPTICAL', rollDegrees: 400, pitchDegrees: 0 } },
    { requirements: [] },
    { due: 'tomorrow' },
  ])('%j', async (more) => {
    const before = stored(lab)
    expect((await place(more)).status).toBe(422)
    expect(stored(lab)).toBe(before)
  })

  test('less than its protocol needs; what it needs may be left to the protocol', async () => {
    const { protocolId } = things
    const less = await place({ protocolId, requirements: [{ assetId: things.otherAssetId }] })
    expect(codes(less)).toEqual(['protocol-needs-more'])
    const left = await place({ protocolId, requirements: undefined })
    expect(left.body.requirements).toEqual([{ assetId: things.assetId, units: 1 }])
    expect(codes(await place({ requirements: undefined }))).toEqual(['required'])
  })

  test('parameters that do not fit its protocol', async () => {
    const answered = await place({ protocolId: things.protocolId, parameters: { plates: 0 } })
    expect(answered.status).toBe(422)
  })

  test('orders that would follow one another in a circle, by however many', async () => {
    const first = (await place()).body
    const second = (await place({ follows: { orderId: first.id } })).body
    const answered = await send(lab, {
      ...successOf('changeOrder', { ...things, orderId: first.id }),
      headers: { 'if-match': '*' },
      body: { follows: { orderId: second.id } },
    })
    expect(codes(answered)).toEqual(['circular'])
    expect(answered.body.detail).toContain(`${first.id} follows ${second.id} follows ${first.id}`)
  })

  test('a circle that three changes would close at one moment: one of them is refused', async () => {
    const ids: string[] = []
    for (let i = 0; i < 3; i++) ids.push((await place()).body.id)
    const follow = (orderId = '', other = '') =>
      send(lab, {
        ...successOf('changeOrder', { ...things, orderId }),
        headers: { 'if-match': '*' },
        body: { follows: { orderId: other } },
      })
    const answers = await Promise.all(ids.map((id, index) => follow(id, ids[(index + 1) % 3])))
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.map(codes)).toEqual([['circular']])
  })

  test('one whose time is over; not a change of something else in one that is overdue', async () => {
    expect(codes(await place({ due: at(-1) }))).toEqual(['due-passed'])
    expect(codes(await place({ due: at(0.5), durationMinutes: 31 }))).toEqual(['due-passed'])
    const { id } = (await place({ due: at(1), durationMinutes: 30 })).body
    lab.clock.nowMs = noon + 2 * 3_600_000
    const change = (body: object) =>
      send(lab, { ...successOf('changeOrder', { ...things, orderId: id }), headers: { 'if-match': '*' }, body })
    expect((await change({ notes: 'Late' })).status).toBe(200)
    expect(codes(await change({ due: at(1.5) }))).toEqual(['due-passed'])
    expect((await change({ due: at(4) })).status).toBe(200)
  })
})

describe('an external reference', () => {
  test('names one order: a second is refused, or changes the first, as asked', async () => {
    const refused = await place({ externalReference: 'LIMS-1' })
    expect(refused.body).toMatchObject({ status: 409, code: 'already_exists' })
    expect(refused.body.detail).toContain(things.orderId)
    const updated = await place({ externalReference: 'LIMS-1', priority: 5, onDuplicate: 'update' })
    expect(updated.body).toMatchObject({ id: things.orderId, priority: 5, version: 2 })
    const { body } = await send(lab, {
      ...successOf('listOrders', things),
      query: { externalReference: 'LIMS-1' },
    })
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([things.orderId])
  })

  test('an update changes what was said, and leaves the rest', async () => {
    const whole = {
      priority: 5,
      value: 900,
      tags: ['rush'],
      mode: { kind: 'PROTOCOL', setup: 'aqueous' },
      notes: 'Ask Ada',
    }
    const { body: first } = await place({ externalReference: 'LIMS-8', ...whole })
    const said = { name: 'Plate 8', durationMinutes: 45, externalReference: 'LIMS-8' }
    const { body } = await send(lab, {
      ...successOf('createOrder', things),
      body: { ...said, onDuplicate: 'update' },
    })
    expect(body).toMatchObject({ ...first, ...said, version: 2, updatedAt: body.updatedAt })
  })

  test('many at once place one order', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => place({ externalReference: 'LIMS-9' })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)])
  })
})

describe('transitions', () => {
  const moves = {
    cancelOrder: 'cancelled',
    rejectOrder: 'rejected',
    deferOrder: 'deferred',
    reopenOrder: 'new',
  } as const
  const statuses = Object.keys(orderStatuses) as OrderStatus[]

  test.each(statuses.flatMap((from) => (Object.keys(moves) as (keyof typeof moves)[]).map((move) => ({ from, move }))))(
    'from $from by $move: as the table says, or refused with what is possible',
    async ({ from, move }) => {
      const before = (await lab.world.store.get('order', { workspaceId, id: things.orderId ?? '' })) as Order
      await lab.world.store.commit([
        { type: 'put', kind: 'order', value: { ...before, status: from, version: 2 }, expect: 1 },
      ])
      const answered = await send(lab, successOf(move, things))
      const to = moves[move]
      const same = from === to && to !== 'deferred'
      const slotted = from === 'planned' || from === 'committed'
      expect(answered.status).toBe(same || (mayBecome(from, to) && !slotted) ? 200 : 409)
      if (answered.status === 200) expect(answered.body.status).toBe(to)
      else expect(answered.body.current.status).toBe(from)
    },
  )

  test('nothing comes back from completed, and every other state can be left', () => {
    for (const [from, to] of Object.entries(orderTransitions)) expect(to.length > 0).toBe(from !== 'completed')
  })

  test('one that is put off waits until its day has come', async () => {
    const waits = async (): Promise<string[]> => {
      const { body } = await send(lab, successOf('getInbox', things))
      return body.items.map(({ order }: { order: Order }) => order.id)
    }
    await send(lab, { ...successOf('deferOrder', things), body: { until: at(48) } })
    expect(await waits()).not.toContain(things.orderId)
    lab.clock.nowMs = noon + 49 * 3_600_000
    expect(await waits()).toContain(things.orderId)
  })

  test('what decides where it may be planned is fixed while it has a slot', async () => {
    const before = (await lab.world.store.get('order', { workspaceId, id: things.orderId ?? '' })) as Order
    const value: Order = { ...before, status: 'committed', slots: ['slt_a'], version: 2 }
    await lab.world.store.commit([{ type: 'put', kind: 'order', value, expect: 1 }])
    const change = (body: object) =>
      send(lab, { ...successOf('changeOrder', things), headers: { 'if-match': '*' }, body })
    expect((await change({ durationMinutes: 60 })).body).toMatchObject({ status: 409, code: 'invalid_state' })
    expect((await change({ notes: 'Gently' })).status).toBe(200)
  })
})

describe('the inbox', () => {
  const order = (more: Partial<Order>): Order => ({ ...documentOf('order', workspaceId, 'a'), ...more })

  test('under every policy a more urgent, an earlier due and an older order never stands lower', () => {
    const arbitrary = fc.record({
      priority: fc.integer({ min: 1, max: 4 }),
      dueHours: fc.integer({ min: -48, max: 400 }),
      ageHours: fc.integer({ min: 0, max: 400 }),
      policy: fc.constantFrom(...(Object.keys(policies) as (keyof typeof policies)[])),
    })
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 100 }), ({ priority, dueHours, ageHours, policy }, by) => {
        const score = (more: Partial<Order>) => {
          const base = { priority, due: at(dueHours), createdAt: at(-ageHours) }
          return scoreOf(order({ ...base, ...more }), policy, noon).score
        }
        expect(score({ priority: priority + 1 })).toBeGreaterThanOrEqual(score({}))
        expect(score({ due: at(dueHours - by) })).toBeGreaterThanOrEqual(score({}))
        expect(score({ createdAt: at(-ageHours - by) })).toBeGreaterThanOrEqual(score({}))
        expect(score({})).toBeGreaterThanOrEqual(0)
        expect(score({})).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('says where more orders are open than it looks at; a plan is refused then, and leaves none out in silence', async () => {
    const openOrders = async (_of: string, { cursor = '0' }: { cursor?: string | undefined }) => ({
      items: Array.from({ length: 100 }, (_, i) => order({ id: `ord_${cursor}-${i}` })),
      next: String(Number(cursor) + 1),
    })
    const world = { ...lab.world, store: { ...lab.world.store, openOrders } }
    const of = { workspaceId, policy: 'balanced', limit: 1 } as const
    expect(await inbox(of, world)).toMatchObject({ waiting: 20_000, truncated: true })
    await expect(readOpenOrders(workspaceId, world)).rejects.toMatchObject({ code: 'limit_exceeded' })
    expect(await inbox(of, lab.world)).toMatchObject({ truncated: false })
  })

  test('tells how each score came about', () => {
    const { score, terms } = scoreOf(order({ priority: 5, due: at(-1), createdAt: at(0) }), 'balanced', noon)
    expect(terms).toEqual({
      priority: { value: 1, weight: 2 },
      deadline: { value: 1, weight: 2 },
      age: { value: 0, weight: 1 },
      quality: { value: 0.5, weight: 1 },
    })
    expect(score).toBeCloseTo(4.5 / 6, 3)
  })
})

describe('importing orders', () => {
  const header = 'externalReference,name,priority,value,durationMinutes,due,requirements,setup,tags'
  const csv = (...lines: string[]) => `${[header, ...lines].join('\r\n')}\r\n`
  const load = (text: string, more: object = {}) =>
    send(lab, { ...successOf('importOrders', things), body: { csv: text, ...more } })
  const good = () =>
    csv(
      `A-1,"Plate 7, left",5,300,45,${at(50)},${things.assetId} x1,aqueous,rush; plates`,
      `A-2,Plate 8,,,30,,${things.groupId},,`,
      `A-3,Plate 9,1,10,20,,pipetting; ${things.otherAssetId},,`,
    )

  test('a table places all of its orders; the same table again changes nothing', async () => {
    const { body } = await load(good())
    expect(body).toMatchObject({ dryRun: false, unchanged: 0, problems: [] })
    expect(body.created).toHaveLength(3)
    const { body: order } = await send(lab, successOf('getOrder', { ...things, orderId: body.created[0].orderId }))
    expect(order).toMatchObject({
      name: 'Plate 7, left',
      priority: 5,
      value: 300,
      requirements: [{ assetId: things.assetId, units: 1 }],
      mode: { kind: 'PROTOCOL', setup: 'aqueous' },
      tags: ['rush', 'plates'],
      source: 'import',
    })
    const before = stored(lab)
    expect((await load(good())).body).toMatchObject({ created: [], changed: [], unchanged: 3 })
    expect(stored(lab)).toBe(before)
  })

  test('lines without a reference are known by what they say: placed once, however often the file comes', async () => {
    const text = csv(`,Plate 1,,,30,,${things.assetId},,`, `,Plate 1,,,30,,${things.assetId},,`)
    expect((await load(text)).body.created).toHaveLength(2)
    expect((await load(text)).body).toMatchObject({ created: [], unchanged: 2 })
  })

  test('a dry run tells the same and stores nothing', async () => {
    const before = stored(lab)
    const { body } = await load(good(), { dryRun: true })
    expect(body.created.map(({ line }: { line: number }) => line)).toEqual([2, 3, 4])
    expect(stored(lab)).toBe(before)
  })

  test('one broken line, and nothing is placed; every problem is told by its line', async () => {
    const before = stored(lab)
    const text = csv(
      `B-1,Fine,,,30,,${things.assetId},,`,
      'B-2,,9,NaN,30,,ast_none,,',
      `B-1,Twice,,,30,,${things.assetId},,`,
      `B-4,Late,,,-3,yesterday,${things.assetId},,`,
    )
    const { body } = await load(text)
    expect(body).toMatchObject({ status: 422, code: 'invalid' })
    const lines = body.reasons.map(({ facts }: { facts: { line: number } }) => facts.line)
    expect([...new Set(lines)]).toEqual([3, 4, 5])
    expect(stored(lab)).toBe(before)
    const dry = await load(text, { dryRun: true })
    expect(dry.body.problems).toHaveLength(body.reasons.length)
    const torn = await load(`${header}\r\nB-1,"Fine\r\n`)
    expect(torn.body).toMatchObject({ status: 422 })
  })

  test('what is there and says something else is refused, or changed, as asked', async () => {
    await load(good())
    const text = good().replace(',5,300,', ',4,300,')
    expect((await load(text)).body.reasons[0]).toMatchObject({ code: 'already-there', facts: { line: 2 } })
    const { body } = await load(text, { onDuplicate: 'update' })
    expect(body).toMatchObject({ created: [], unchanged: 2 })
    expect(body.changed).toHaveLength(1)
  })

  test('a file whose lines follow one another in a circle, or have nothing in them, is refused', async () => {
    await load(good())
    const ids: string[] = []
    for (const externalReference of ['A-1', 'A-2'])
      ids.push((await send(lab, { ...successOf('listOrders', things), query: { externalReference } })).body.items[0].id)
    const orders = ['A-1', 'A-2'].map((externalReference, index) => ({
      ...orderBody(things.assetId ?? ''),
      externalReference,
      follows: { orderId: ids[1 - index] },
    }))
    const before = stored(lab)
    const sent = { ...successOf('importOrders', things), body: { orders, onDuplicate: 'update' } }
    expect((await send(lab, sent)).body.reasons.map(({ code }: { code: string }) => code)).toContain('circular')
    expect((await load('')).body.reasons[0].code).toBe('empty')
    expect(stored(lab)).toBe(before)
  })

  test('an update changes what the file says, and leaves the rest', async () => {
    await load(good())
    const text = 'externalReference,name,durationMinutes\r\nA-1,Plate 7 again,50\r\n'
    expect((await load(text, { onDuplicate: 'update' })).body.changed).toHaveLength(1)
    const { body } = await send(lab, { ...successOf('listOrders', things), query: { externalReference: 'A-1' } })
    expect(body.items[0]).toMatchObject({ name: 'Plate 7 again', durationMinutes: 50, priority: 5, value: 300 })
  })

  test('an update that one order cannot take changes none', async () => {
    await load(good())
    const { body } = await send(lab, { ...successOf('listOrders', things), query: { externalReference: 'A-1' } })
    await send(lab, successOf('cancelOrder', { ...things, orderId: body.items[0].id }))
    const before = stored(lab)
    const refused = await load(good().replace(',5,300,', ',4,300,').replace('A-3', 'A-4'), { onDuplicate: 'update' })
    expect(refused.body.reasons[0]).toMatchObject({ code: 'fixed', facts: { line: 2 } })
    expect(stored(lab)).toBe(before)
  })

  test('a column that stands there twice is refused, and not read as its last', async () => {
    const { body } = await load(`${header},tags\r\nA-1,One,,,30,,${things.assetId},,a,b\r\n`)
    expect(body.reasons).toMatchObject([{ code: 'not-a-table', facts: { line: 1 } }])
    expect(body.detail).toContain('"tags"')
  })

  test('orders follow one another by their references, in any order of the lines, however often it is imported', async () => {
    const text = [
      'externalReference,name,durationMinutes,requirements,follows',
      `C-2,Read,30,${things.assetId},"{""externalReference"":""C-1"",""minMinutes"":30,""otherAssets"":true}"`,
      `C-3,Wash,30,${things.assetId},C-2`,
      `C-1,Dilute,30,${things.assetId},`,
    ].join('\r\n')
    const { body } = await load(text)
    const [read, wash, dilute] = body.created.map(({ orderId }: { orderId: string }) => orderId)
    const order = async (orderId: string) => (await send(lab, successOf('getOrder', { ...things, orderId }))).body
    expect((await order(read)).follows).toEqual({ orderId: dilute, minMinutes: 30, otherAssets: true })
    expect((await order(wash)).follows).toEqual({ orderId: read, minMinutes: 0 })
    expect((await load(text)).body).toMatchObject({ created: [], changed: [], unchanged: 3 })
    const circle = await load(text.replace('Dilute,30,', 'Dilute,30,').replace(/,$/, ',C-3').replaceAll('C-', 'D-'))
    expect(circle.body.reasons.map(({ code }: { code: string }) => code)).toContain('circular')
    const unknown = await load(text.replace(',C-2', ',Z-9').replaceAll('C-', 'D-'))
    expect(unknown.body.reasons).toMatchObject([{ code: 'no-order', facts: { line: 3 } }])
  })

  test('a file that has many orders follow others than before changes all of them', async () => {
    const rows = (follows: (index: number) => string) =>
      Array.from({ length: 40 }, (_, i) => `E-${i},Plate,30,${things.assetId},${follows(i)}`)
    const table = (lines: string[]) =>
      ['externalReference,name,durationMinutes,requirements,follows', ...lines].join('\r\n')
    await load(table(rows(() => '')))
    const text = table(rows((i) => (i > 0 ? `E-${i - 1}` : '')))
    expect((await load(text, { onDuplicate: 'update' })).body).toMatchObject({ created: [], unchanged: 1 })
    expect((await load(text)).body).toMatchObject({ created: [], changed: [], unchanged: 40 })
  })

  test('a line whose time is over is refused, unless it is there already', async () => {
    await load(good())
    lab.clock.nowMs = Date.parse(at(60))
    expect((await load(good())).body).toMatchObject({ created: [], unchanged: 3 })
    expect((await load(good().replace('A-1', 'A-9'))).body.reasons).toMatchObject([
      { code: 'due-passed', facts: { line: 2 } },
    ])
  })

  test('too many are refused before anything is looked at', async () => {
    const before = stored(lab)
    const orders = Array.from({ length: 501 }, (_, i) => ({ ...orderBody(things.assetId ?? ''), name: `O${i}` }))
    for (const list of [orders, Array<number>(100_001).fill(1)]) {
      const { body } = await send(lab, { ...successOf('importOrders', things), body: { orders: list } })
      expect(body).toMatchObject({ status: 422, code: 'limit_exceeded' })
      expect(body.detail).toContain(`500 orders at most; this one has ${list.length}`)
    }
    expect(stored(lab)).toBe(before)
  })
})

describe('orders of a file that follow one another', () => {
  const row = (externalReference: string, follows?: string, more: object = {}) => ({
    ...orderBody(things.assetId ?? ''),
    externalReference,
    ...(follows !== undefined && { follows: { externalReference: follows } }),
    ...more,
  })
  const load = (orders: object[], more: object = {}) =>
    send(lab, { ...successOf('importOrders', things), body: { orders, ...more } })
  const idOf = async (externalReference: string): Promise<string> =>
    (await send(lab, { ...successOf('listOrders', things), query: { externalReference } })).body.items[0].id

  test('close no circle with what is stored, and the dry run says so', async () => {
    await load([row('R-A'), row('R-B'), row('R-C', 'R-A')])
    const before = stored(lab)
    const orders = [row('R-A', 'R-B'), row('R-B', 'R-C')]
    const dry = await load(orders, { onDuplicate: 'update', dryRun: true })
    expect(dry.body).toMatchObject({ created: [], changed: [], unchanged: 0 })
    expect(dry.body.problems.map(({ code }: { code: string }) => code)).toEqual(['circular', 'circular'])
    expect(codes(await load(orders, { onDuplicate: 'update' }))).toEqual(['circular', 'circular'])
    expect(stored(lab)).toBe(before)
    const other = await load([row('R-A', 'R-B'), row('R-C', undefined, { follows: { orderId: await idOf('R-B') } })], {
      onDuplicate: 'update',
    })
    expect(other.body).toMatchObject({ changed: [{ line: 1 }, { line: 2 }], problems: [] })
  })

  test('any file is imported as its dry run says: as a whole or not at all, and never into a circle', async () => {
    const names = ['P-1', 'P-2', 'P-3']
    const line = fc.record({
      name: fc.constantFrom(...names),
      follows: fc.option(fc.constantFrom(...names), { nil: undefined }),
    })
    const file = fc.uniqueArray(line, { selector: ({ name }) => name, minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 5 }), async (files) => {
        ;({ lab, things } = await furnish())
        for (const lines of files) {
          const before = stored(lab)
          const orders = lines.map(({ name, follows }) => row(name, follows))
          const dry = (await load(orders, { dryRun: true, onDuplicate: 'update' })).body
          const done = await load(orders, { onDuplicate: 'update' })
          expect(done.status).toBe(dry.problems.length > 0 ? 422 : 200)
          if (done.status === 422) expect(stored(lab)).toBe(before)
          else expect(done.body.changed).toEqual(dry.changed)
        }
        const all = (await lab.world.store.list('order', workspaceId, { limit: 100 })).items
        const follows = new Map<string, string | undefined>(all.map((order) => [order.id, order.follows?.orderId]))
        for (const { id } of all) {
          let next = follows.get(id)
          for (let steps = 0; next !== undefined; steps++) {
            expect(steps).toBeLessThan(all.length)
            next = follows.get(next)
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  test('in chains of 49 are looked at in few reads, and all are stored', async () => {
    const orders = Array.from({ length: 490 }, (_, i) => row(`L-${i}`, i % 49 > 0 ? `L-${i - 1}` : undefined))
    let reads = 0
    const { store } = lab.world
    const counting = Object.entries(store).map(([name, operation]) => [
      name,
      (...given: unknown[]) => {
        if (name !== 'commit') reads++
        return (operation as (...of: unknown[]) => unknown)(...given)
      },
    ])
    const world = { ...lab.world, store: Object.fromEntries(counting) as typeof store }
    const load490 = (more: object[]) =>
      importOrders(
        { workspaceId, actor: { kind: 'system', part: 'test' }, orders: more, dryRun: false, onDuplicate: 'update' },
        world,
        () => [],
      )
    expect((await load490(orders)).created).toHaveLength(490)
    expect(reads).toBeLessThan(50)
    reads = 0
    const turned = orders.map((_, i) => row(`L-${i}`, i % 49 < 48 ? `L-${i + 1}` : undefined))
    await expect(load490(turned)).rejects.toMatchObject({ code: 'invalid' })
    expect((await load490(orders.map((order) => ({ ...order, notes: 'Again' })))).changed).toHaveLength(490)
    expect(reads).toBeLessThan(100)
  })

  test('an import that somebody comes between tells what is stored, and is completed by importing it again', async () => {
    const orders = Array.from({ length: 80 }, (_, i) => row(`M-${i}`, i > 0 && i < 40 ? `M-${i - 1}` : undefined))
    const { store } = lab.world
    let commits = 0
    const world = {
      ...lab.world,
      store: {
        ...store,
        commit: async (changes: Parameters<typeof store.commit>[0]) =>
          ++commits === 2 ? { committed: false as const, conflicts: [0] } : store.commit(changes),
      },
    }
    const loadAll = () =>
      importOrders(
        { workspaceId, actor: { kind: 'system', part: 'test' }, orders, dryRun: false, onDuplicate: 'refuse' },
        world,
        () => [],
      )
    await expect(loadAll()).rejects.toMatchObject({
      code: 'contended',
      message: expect.stringContaining('33 of 80 are stored'),
    })
    expect(await loadAll()).toMatchObject({ unchanged: 33, problems: [] })
    expect(await loadAll()).toMatchObject({ created: [], unchanged: 80 })
  })

  test('are 50 at most from the first to the last, at whichever end one is put', async () => {
    const chain = (name: string) =>
      Array.from({ length: 30 }, (_, i) => row(`${name}-${i}`, i > 0 ? `${name}-${i - 1}` : undefined))
    await load([...chain('S'), ...chain('T')])
    const follow = async (reference: string, other: string) =>
      send(lab, {
        ...successOf('changeOrder', { ...things, orderId: await idOf(reference) }),
        headers: { 'if-match': '*' },
        body: { follows: { orderId: await idOf(other) } },
      })
    expect(codes(await follow('T-0', 'S-29'))).toEqual(['chain-too-long'])
    expect(codes(await follow('T-0', 'S-20'))).toEqual(['chain-too-long'])
    expect((await follow('T-0', 'S-19')).status).toBe(200)
    expect(codes(await load([row('S-0', 'U-0'), row('U-0')], { onDuplicate: 'update' }))).toEqual(['chain-too-long'])
  })

  test('a line of a file that is wrong is told as a problem alone', async () => {
    const { body } = await load([row('V-1'), row('V-2', 'Z-9'), row('V-3', undefined, { durationMinutes: 0 })], {
      dryRun: true,
    })
    expect(body).toMatchObject({ created: [{ line: 1 }], changed: [], unchanged: 0 })
    expect(body.problems.map(({ line }: { line: number }) => line)).toEqual([2, 3])
  })
})

test('an order that names one asset twice is refused', async () => {
  const { assetId } = things
  const answered = await place({ requirements: [{ assetId }, { assetId }] })
  expect(codes(answered)).toEqual(['twice', 'twice'])
})

test('an order cannot be put off until a moment that is over', async () => {
  const answered = await send(lab, { ...successOf('deferOrder', things), body: { until: at(-1) } })
  expect(answered.status).toBe(422)
  expect(codes(answered)).toEqual(['past'])
})

test('a line without a reference whose order was cancelled is placed anew, once', async () => {
  const { externalReference: _none, ...order } = orderBody(things.assetId ?? '')
  const load = async () => (await send(lab, { ...successOf('importOrders', things), body: { orders: [order] } })).body
  const [{ orderId }] = (await load()).created
  await send(lab, successOf('cancelOrder', { ...things, orderId }))
  expect((await load()).created).toHaveLength(1)
  expect(await load()).toMatchObject({ created: [], unchanged: 1 })
})
