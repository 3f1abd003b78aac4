import { beforeEach, describe, expect, test } from 'vitest'
import { at, type Bench, givesUp, moved, openBench, proposed, swapsOf, takingFrom } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const orders = async (...names: string[]): Promise<string[]> => {
  const ids: string[] = []
  for (const name of names) ids.push(await bench.order(name))
  return ids
}
/** One after another on the first instrument, from an hour on. */
const inARow = async (from: number, ...names: string[]) => {
  const ids = await orders(...names)
  const plan = await bench.assignment(ids.map((id, index) => proposed(id, bench.assets[0], at(from + 2 * index))))
  return { ids, plan }
}
const placeOf = async (orderId: string) => (await bench.live()).find((slot) => slot.orderId === orderId)?.start
const timesBumped = async (orderId: string) => (await bench.call('getOrder', { orderId })).body.timesBumped

describe('approving', () => {
  test('all of an assignment gives each order its slot; once more changes nothing', async () => {
    const { ids, plan } = await inARow(10, 'One', 'Two', 'Three')
    const told = await bench.approve(plan.id)
    expect(told).toMatchObject({ status: 200, isDone: true, counts: { approved: 3 } })
    const slots = await bench.live()
    expect(slots.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted())
    expect(told.items.map(({ slotId }) => slotId).toSorted()).toEqual(slots.map(({ id }) => id).toSorted())
    expect(await bench.approve(plan.id, ids)).toEqual(told)
    expect(await bench.approve(plan.id)).toMatchObject({ items: [], counts: {} })
    expect(await bench.live()).toEqual(slots)
  })

  test('as it was seen: what somebody edited since is looked at again; asked again after a crash it goes on', async () => {
    const { ids, plan } = await inARow(10, 'One', 'Two')
    const [one = ''] = ids
    const approve = (planVersion: number) =>
      bench.call('approveProposals', { assignmentId: plan.id }, { body: { planVersion } })
    const seen = async () => (await bench.call('getProposals', { assignmentId: plan.id })).body.planVersion
    const before = await seen()
    await bench.call('editProposal', { assignmentId: plan.id, orderId: one }, { body: { start: at(40) } })
    const refused = await approve(before)
    expect(refused.status).toBe(409)
    expect(await bench.live()).toEqual([])
    const now = await seen()
    expect(refused.body.detail).toContain(`approve with ${now}`)
    expect((await approve(now)).body).toMatchObject({ isDone: true, counts: { approved: 2 } })
    expect((await approve(now)).status).toBe(200)
  })

  test('one, then some, then the rest, whatever has changed since the assignment was made', async () => {
    const { ids, plan } = await inARow(10, 'One', 'Two', 'Three', 'Four')
    const [one = '', two = '', three = '', four = ''] = ids
    await bench.placed('Elsewhere', 100)
    expect((await bench.approve(plan.id, [two])).counts).toEqual({ approved: 1 })
    expect(await bench.statuses(plan.id)).toEqual({
      [one]: 'proposed',
      [two]: 'approved',
      [three]: 'proposed',
      [four]: 'proposed',
    })
    await bench.placed('Elsewhere again', 102)
    expect((await bench.approve(plan.id, [one, four])).counts).toEqual({ approved: 2 })
    expect((await bench.approve(plan.id)).counts).toEqual({ approved: 1 })
    expect(await bench.live()).toHaveLength(6)
  })

  test('what does not fit any more fails by itself with the reason, is put elsewhere, and approved again', async () => {
    const { ids, plan } = await inARow(10, 'One', 'Two', 'Three')
    const [one = '', two = '', three = ''] = ids
    await bench.placed('First come', 12)
    const told = await bench.approve(plan.id)
    expect(told.counts).toEqual({ approved: 2, failed: 1 })
    expect(told.items.find(({ orderId }) => orderId === two)?.problem).toMatchObject({ at: 'commit' })
    expect(
      (await bench.call('editProposal', { assignmentId: plan.id, orderId: two }, { body: { start: at(10) } })).status,
    ).toBe(409)
    const edited = await bench.call(
      'editProposal',
      { assignmentId: plan.id, orderId: two },
      { body: { start: at(30) } },
    )
    expect(edited).toMatchObject({ status: 200, body: { status: 'edited', item: { start: at(30) } } })
    expect(await bench.statuses(plan.id)).toEqual({ [one]: 'approved', [two]: 'edited', [three]: 'approved' })
    expect((await bench.approve(plan.id)).counts).toEqual({ approved: 1 })
    expect(await placeOf(two)).toBe(at(30))
  })

  test('what failed is committed where it was, once there is room again', async () => {
    const { ids, plan } = await inARow(10, 'One')
    const slot = await bench.placed('First come', 10)
    expect((await bench.approve(plan.id)).counts).toEqual({ failed: 1 })
    await bench.call('cancelSlot', { slotId: slot.id }, { body: { reason: 'Gone' } })
    expect((await bench.approve(plan.id, ids)).counts).toEqual({ approved: 1 })
    expect(await placeOf(ids[0] ?? '')).toBe(at(10))
  })

  test('what was rejected is refused: as a whole where nothing else is named, else by itself', async () => {
    const { ids, plan } = await inARow(10, 'One', 'Two')
    const [one = '', two = ''] = ids
    expect((await bench.reject(plan.id, [one])).counts).toEqual({ rejected: 1 })
    expect(await bench.reject(plan.id, [one])).toMatchObject({ status: 200, counts: { rejected: 1 } })
    expect(await bench.approve(plan.id, [one])).toMatchObject({ status: 409 })
    const told = await bench.approve(plan.id, [one, two])
    expect(told.counts).toEqual({ approved: 1, rejected: 1 })
    expect(told.items.find(({ orderId }) => orderId === one)?.refused).toContain('rejected')
    expect((await bench.call('commitPlan', { planId: plan.id }, { body: {} })).status).toBe(200)
    expect(await placeOf(one)).toBeUndefined()
  })

  test('orders of another plan, and plans that are no assignments, are refused with the reason', async () => {
    const { plan } = await inARow(10, 'One')
    const [other = ''] = await orders('Other')
    expect(await bench.approve(plan.id, [other])).toMatchObject({ status: 422, reasons: [{ path: '/orderIds/0' }] })
    const { id } = await bench.plan()
    expect(await bench.approve(id)).toMatchObject({ status: 409 })
  })
})

const placeAndBumps = async (orderId: string) => [await placeOf(orderId), await timesBumped(orderId)]

describe('what makes way', () => {
  /** An urgent order for which one slot is moved and another given up. */
  const swap = async () => {
    const away = await bench.placed('Away', 10)
    const out = await bench.placed('Out', 12)
    const urgent = await bench.order('Urgent', { durationMinutes: 180 })
    const [star] = bench.assets
    const items = [
      proposed(urgent, star, at(10), { end: at(13), ...takingFrom(away.orderId, out.orderId) }),
      moved(away, at(20), urgent),
    ]
    const plan = await bench.assignment(items, [givesUp(out, urgent)])
    return { away, out, urgent, plan }
  }

  test('goes with the order for whose sake it does, before it, and counts how often it did', async () => {
    const { away, out, urgent, plan } = await swap()
    const told = await bench.approve(plan.id, [urgent])
    expect(told, JSON.stringify(told)).toMatchObject({ counts: { approved: 3 } })
    expect(await placeAndBumps(urgent)).toEqual([at(10), undefined])
    expect(await placeAndBumps(away.orderId)).toEqual([at(20), 1])
    expect(await placeAndBumps(out.orderId)).toEqual([undefined, 1])
    expect(told.items.find(({ orderId }) => orderId === out.orderId)).toMatchObject({ gaveUp: out.id, for: urgent })
    expect((await bench.call('getOrder', { orderId: out.orderId })).body.status).toBe('new')
  })

  test('within the plan alone is a proposal of its own; what made way for that goes all the same', async () => {
    const slot = await bench.placed('Has a slot', 10)
    const [first = '', urgent = ''] = await orders('First', 'Urgent')
    const [star] = bench.assets
    const items = [
      proposed(urgent, star, at(10), takingFrom(first)),
      proposed(first, star, at(15), {
        assigned: { because: [], score: 5, wave: 'rest', bumpedBy: urgent as 'ord_a', ...swapsOf(slot.orderId) },
      }),
      moved(slot, at(20), first),
    ]
    const plan = await bench.assignment(items)
    expect((await bench.approve(plan.id, [urgent])).counts).toEqual({ approved: 2 })
    const places = async () => [await placeOf(urgent), await placeOf(first), await placeOf(slot.orderId)]
    expect(await places()).toEqual([at(10), undefined, at(20)])
    expect((await bench.approve(plan.id, [first])).counts).toEqual({ approved: 1 })
    expect(await places()).toEqual([at(10), at(15), at(20)])
  })

  test('alone it stays where it is, and says with which order it goes', async () => {
    const { away, urgent, plan } = await swap()
    const told = await bench.approve(plan.id, [away.orderId])
    expect(told.items).toMatchObject([{ status: 'proposed', refused: expect.stringContaining(urgent) }])
    expect(await placeAndBumps(away.orderId)).toEqual([at(10), undefined])
  })

  test('stays where the order for whose sake it would go does not fit even then', async () => {
    const { away, out, urgent, plan } = await swap()
    await bench.placed('Right after', 11)
    const told = await bench.approve(plan.id)
    expect(told.counts).toEqual({ failed: 1, proposed: 1 })
    const own = told.items.find(({ orderId }) => orderId === urgent)
    expect(own?.problem?.message).toContain('they stay where they are')
    expect((await bench.live()).map(({ id }) => id)).toEqual(expect.arrayContaining([away.id, out.id]))
    expect(await bench.statuses(plan.id)).toMatchObject({ [urgent]: 'failed', [away.orderId]: 'proposed' })
  })

  test('keeps its place where that order is rejected, or itself is', async () => {
    const { away, out, urgent, plan } = await swap()
    expect((await bench.reject(plan.id, [urgent])).counts).toEqual({ rejected: 3 })
    await bench.approve(plan.id)
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    expect(await placeAndBumps(away.orderId)).toEqual([at(10), undefined])
    expect(await placeOf(out.orderId)).toBe(at(12))
  })

  test('that somebody rejected keeps the order from being committed', async () => {
    const { away, out, urgent, plan } = await swap()
    await bench.reject(plan.id, [away.orderId])
    const told = await bench.approve(plan.id, [urgent])
    expect(told.items).toMatchObject([
      { status: 'failed', problem: { message: expect.stringContaining(away.orderId) } },
    ])
    expect(await placeOf(out.orderId)).toBe(at(12))
  })

  test('stays where the order does not need its place any more: put elsewhere by hand, also after one of them was rejected', async () => {
    const { away, out, urgent, plan } = await swap()
    await bench.reject(plan.id, [away.orderId])
    const where = { assignmentId: plan.id, orderId: urgent }
    expect((await bench.call('editProposal', where, { body: { start: at(40) } })).status).toBe(200)
    expect((await bench.approve(plan.id)).counts).toEqual({ approved: 1 })
    expect(await placeOf(urgent)).toBe(at(40))
    expect(await placeAndBumps(away.orderId)).toEqual([at(10), undefined])
    expect(await placeAndBumps(out.orderId)).toEqual([at(12), undefined])
  })

  test('stays where one of them was locked meanwhile, and the order tells which', async () => {
    const { away, out, urgent, plan } = await swap()
    await bench.call('lockSlot', { slotId: out.id }, { body: { lock: 'hard' } })
    const told = await bench.approve(plan.id, [urgent])
    expect(told.items).toMatchObject([{ status: 'failed', problem: { message: expect.stringContaining(out.orderId) } }])
    expect(await placeAndBumps(away.orderId)).toEqual([at(10), undefined])
    await bench.call('lockSlot', { slotId: out.id }, { body: { lock: 'none' } })
    expect((await bench.approve(plan.id, [urgent])).counts).toEqual({ approved: 3 })
  })

  test('that cannot go any more is told, and the order that fails for it, on both', async () => {
    const { away, out, urgent, plan } = await swap()
    const { store } = bench.lab.world
    const original = store.commit
    // Somebody is faster, between the judgement and the commit.
    store.commit = async (changes) => {
      if (changes.some((change) => change.type === 'put' && change.kind === 'plan')) {
        store.commit = original
        await bench.call('lockSlot', { slotId: out.id }, { body: { lock: 'hard' } })
      }
      return original(changes)
    }
    const told = await bench.approve(plan.id)
    expect(await placeOf(away.orderId)).toBe(at(20))
    const of = (id: string) => told.items.find(({ orderId }) => orderId === id)
    expect(of(urgent)).toMatchObject({ status: 'failed', problem: { message: expect.stringContaining(away.orderId) } })
    expect(of(away.orderId)).toMatchObject({ status: 'approved', reason: expect.stringContaining(urgent) })
    expect(of(out.orderId)).toMatchObject({ status: 'failed', problem: { message: expect.stringContaining('locked') } })
  })
})

describe('companions', () => {
  const visit = async (...parent: string[]) =>
    bench.order('Visit', {
      follows: { orderId: parent[0], maxMinutes: 120 },
      requirements: [{ capability: 'reading' }],
      protocolId: undefined,
    })

  test('come after what they follow, and not without it', async () => {
    const parent = await bench.order('Parent')
    const child = await visit(parent)
    const [star, , reader] = bench.assets
    const items = [
      proposed(parent, star, at(10)),
      proposed(child, reader, at(12), { follows: parent as `ord_${string}` }),
    ]
    const plan = await bench.assignment(items)
    const alone = await bench.approve(plan.id, [child])
    expect(alone.items).toMatchObject([{ status: 'failed', problem: { message: expect.stringContaining(parent) } }])
    expect(await bench.live()).toEqual([])
    expect((await bench.approve(plan.id, [child, parent])).counts).toEqual({ approved: 2 })
    expect(await placeOf(child)).toBe(at(12))
  })

  test('move with what they follow; and it does not go where one that stays could not follow', async () => {
    const parent = await bench.placed('Parent', 10)
    const [star, , reader] = bench.assets
    const child = await visit(parent.orderId)
    const body = { orderId: child, start: at(12), assets: [{ assetId: reader, units: 1 }] }
    const slot = (await bench.call('createSlot', {}, { body })).body
    const urgent = await bench.order('Urgent')
    const follows = parent.orderId
    const items = [
      proposed(urgent, star, at(10), takingFrom(parent.orderId)),
      moved(parent, at(20), urgent),
      { ...moved(slot, at(22), parent.orderId), follows },
    ]
    const without = await bench.assignment(items.slice(0, 2))
    expect((await bench.approve(without.id, [urgent])).items).toMatchObject([
      { orderId: urgent, status: 'failed', problem: { message: expect.stringContaining(child) } },
    ])
    expect(await placeOf(parent.orderId)).toBe(at(10))
    const whole = await bench.assignment(items)
    expect((await bench.approve(whole.id, [urgent])).counts).toEqual({ approved: 3 })
    expect([await placeOf(parent.orderId), await placeOf(child)]).toEqual([at(20), at(22)])
  })

  test('of what has moved get their former time back only where they still could follow', async () => {
    const parent = await bench.placed('Parent', 10)
    const [star, , reader] = bench.assets
    const child = await visit(parent.orderId)
    const body = { orderId: child, start: at(12), assets: [{ assetId: reader, units: 1 }] }
    const slot = (await bench.call('createSlot', {}, { body })).body
    const urgent = await bench.order('Urgent')
    const items = [
      proposed(urgent, star, at(10), takingFrom(parent.orderId)),
      moved(parent, at(20), urgent),
      { ...moved(slot, at(22), parent.orderId), follows: parent.orderId },
    ]
    const plan = await bench.assignment(items)
    await bench.call('createReservation', {}, { body: { assets: [{ assetId: reader }], start: at(22), end: at(23) } })
    const told = await bench.approve(plan.id, [urgent])
    expect(told.counts).toEqual({ approved: 2, failed: 1 })
    expect([await placeOf(parent.orderId), await placeOf(child)]).toEqual([at(20), undefined])
  })
})

describe('time', () => {
  test('that has come, or a week without a decision, is the end of a proposal', async () => {
    const { ids, plan } = await inARow(10, 'Soon', 'Later')
    const [soon = '', later = ''] = ids
    bench.lab.clock.nowMs = Date.parse(at(10))
    expect(await bench.statuses(plan.id)).toEqual({ [soon]: 'expired', [later]: 'proposed' })
    expect(await bench.approve(plan.id, [soon])).toMatchObject({ status: 409, reasons: [{ code: 'is-expired' }] })
    const far = await inARow(300, 'Far')
    bench.lab.clock.nowMs += 7 * 24 * 3_600_000
    expect(Object.values(await bench.statuses(far.plan.id))).toEqual(['expired'])
    expect((await bench.call('getWaitingAssignments')).body).toMatchObject({ hasPending: false, pending: 0 })
  })

  test('a newer assignment that is approved is the end of what older ones still propose, though something of them is approved', async () => {
    const first = await inARow(10, 'One', 'Two')
    const [one = '', two = ''] = first.ids
    await bench.approve(first.plan.id, [one])
    bench.lab.clock.nowMs += 60_000
    const second = await bench.assignment([proposed(two, bench.assets[0], at(30))])
    await bench.approve(second.id)
    expect(await bench.statuses(first.plan.id)).toEqual({ [one]: 'approved', [two]: 'expired' })
    expect((await bench.call('getWaitingAssignments')).body).toMatchObject({ pending: 0 })
    const { items } = await bench.lab.world.store.history('ws_lab', first.plan.id, { limit: 20 })
    expect(items.filter(({ action }) => action === 'plan.superseded')).toHaveLength(1)
  })

  test('of what could not be committed ends with that of its plan: it is not edited in vain', async () => {
    const { ids, plan } = await inARow(10, 'One')
    await bench.placed('First come', 10)
    expect((await bench.approve(plan.id)).counts).toEqual({ failed: 1 })
    const where = { assignmentId: plan.id, orderId: ids[0] ?? '' }
    bench.lab.clock.nowMs += 7 * 24 * 3_600_000
    expect((await bench.call('editProposal', where, { body: { start: at(300) } })).status).toBe(409)
    expect(await bench.proposal(plan.id, where.orderId)).toMatchObject({ status: 'expired', problem: { at: 'commit' } })
  })

  test('a newer assignment that is approved is the end of those before it, and of no newer one', async () => {
    const first = await inARow(10, 'One')
    bench.lab.clock.nowMs += 60_000
    const second = await inARow(20, 'Two')
    bench.lab.clock.nowMs += 60_000
    const third = await inARow(30, 'Three')
    const waiting = (await bench.call('getWaitingAssignments')).body
    expect(waiting).toMatchObject({ hasPending: true, pending: 3, items: [{ id: third.plan.id, waiting: 1 }, {}, {}] })
    await bench.plan().then(({ id }) => bench.call('commitPlan', { planId: id }, { body: { orderIds: third.ids } }))
    expect(Object.values(await bench.statuses(first.plan.id))).toEqual(['proposed'])
    await bench.approve(second.plan.id)
    expect(Object.values(await bench.statuses(first.plan.id))).toEqual(['expired'])
    expect(Object.values(await bench.statuses(third.plan.id))).toEqual(['proposed'])
  })
})
