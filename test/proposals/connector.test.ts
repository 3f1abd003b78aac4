import { createConnection } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHooks } from '#adapters/webhooks/hooks.ts'
import { lookAfterProposals } from '#application/proposals/look-after-proposals.ts'
import type { Submission } from '#domain/proposals/submission.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, type Bench, givesUp, moved, openBench, proposed, takingFrom } from './bench.ts'
import { openReceiver } from './receiver.ts'

type Receiver = Awaited<ReturnType<typeof openReceiver>>

let bench: Bench
let receiver: Receiver | undefined
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => receiver?.close())

const never = (): boolean => false
/** What an outside system is told, by its address. */
let connectorId = ''

/** A connector to a receiver, and the minute that passes. */
const connect = async (how: Partial<Parameters<typeof openReceiver>[0]> = {}) => {
  const { lab } = bench
  const { clock, hooks } = lab.world
  Object.assign(hooks, createHooks(clock, true))
  const before = { name: 'Theirs', url: 'http://127.0.0.1:9/', status: 'paused' }
  const made = await bench.call('createConnector', {}, { body: before })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  connectorId = made.body.id
  const open = await openReceiver({ secret: made.body.secret, now: () => lab.clock.nowMs, ...how })
  receiver = open
  const body = { url: open.url, status: 'active' }
  const sent = { headers: { 'if-match': '*' }, body }
  expect((await bench.call('changeConnector', { connectorId }, sent)).status).toBe(200)
  return open
}
const minutePasses = async (minutes = 1) => {
  bench.lab.clock.nowMs += minutes * 60_000
  return lookAfterProposals(workspaceId, bench.lab.world, never, (id, error) => {
    throw new Error(`${id}: ${error}`)
  })
}
const approved = async (...names: string[]) => {
  const ids: string[] = []
  const standing = (await bench.live()).length
  for (const name of names) ids.push(await bench.order(name, { externalReference: `LIMS-${name}` }))
  const plan = await bench.assignment(
    ids.map((id, index) => proposed(id, bench.assets[0], at(10 + 2 * (index + standing)))),
  )
  expect((await bench.approve(plan.id)).counts).toEqual({ approved: ids.length })
  return { plan, ids }
}
const resubmit = (planId: string, orderIds?: readonly string[]) =>
  bench.call('resubmitProposals', { assignmentId: planId }, { body: { ...(orderIds && { orderIds }) } })
const only = async (planId: string, [id = '']: readonly string[]) => bench.proposal(planId, id)

describe('what is approved', () => {
  test('is told to the connector once, by whom and for when, and keeps the name by which that knows it', async () => {
    const { calendar, requests } = await connect()
    const { plan, ids } = await approved('One', 'Two')
    expect(await minutePasses()).toMatchObject({ submitted: 2, failed: 0 })
    expect(await minutePasses()).toMatchObject({ submitted: 0 })
    expect(requests).toHaveLength(2)
    expect(requests.find(({ order }) => order.id === ids[0])).toMatchObject({
      action: 'assign',
      order: { externalReference: 'LIMS-One', name: 'One' },
      assets: [{ id: bench.assets[0], name: 'Star', units: 1 }],
      people: [],
      approvedBy: 'admin',
    })
    expect(calendar.get(ids[0] ?? '')).toMatchObject({ start: at(10), end: at(11) })
    expect(await only(plan.id, ids)).toMatchObject({
      status: 'submitted',
      submission: { reference: expect.stringMatching(/^EXT-/) },
    })
    expect(await bench.approve(plan.id, ids)).toMatchObject({ status: 200, counts: { submitted: 2 } })
    for (const [route, body] of [
      ['editProposal', { start: at(50) }],
      ['rejectProposals', { orderIds: ids, reason: 'Too late' }],
      ['resubmitProposals', { orderIds: ids }],
    ] as const) {
      const params = { assignmentId: plan.id, orderId: ids[0] ?? '' }
      const answered = await bench.call(route, params, { body })
      expect([answered.status, answered.body.reasons[0].code], route).toEqual([409, 'is-submitted'])
    }
  })

  test('without an active connector ends there, and may be told to one later', async () => {
    const { plan, ids } = await approved('One')
    expect(await minutePasses()).toMatchObject({ submitted: 0, failed: 0 })
    expect((await resubmit(plan.id)).status).toBe(409)
    const { requests } = await connect()
    expect((await resubmit(plan.id)).body).toMatchObject({ counts: { approved: 1 } })
    await minutePasses()
    expect(requests).toHaveLength(1)
    expect(await only(plan.id, ids)).toMatchObject({ status: 'submitted' })
  })

  test('moves and gives up what made way, which is told first', async () => {
    const { requests } = await connect()
    const [away, out] = [await bench.placed('Away', 10), await bench.placed('Out', 12)]
    const urgent = await bench.order('Urgent', { durationMinutes: 180 })
    const items = [
      proposed(urgent, bench.assets[0], at(10), { end: at(13), ...takingFrom(away.orderId, out.orderId) }),
      moved(away, at(20), urgent),
    ]
    const plan = await bench.assignment(items, [givesUp(out, urgent)])
    await bench.approve(plan.id)
    expect(await minutePasses()).toMatchObject({ submitted: 3 })
    const told = ({ action, order, makesWayFor, former }: Submission) => [
      action,
      order.name,
      makesWayFor,
      former?.start,
    ]
    expect(requests.map(told)).toEqual([
      ['withdraw', 'Out', urgent, undefined],
      ['move', 'Away', urgent, at(10)],
      ['assign', 'Urgent', undefined, undefined],
    ])
  })

  test('and has lost its slot before it was told is not told', async () => {
    const { requests } = await connect()
    const { plan, ids } = await approved('One')
    const [slot] = await bench.live()
    await bench.call('cancelSlot', { slotId: slot?.id ?? '' }, { body: { reason: 'Not today' } })
    await minutePasses()
    expect(requests).toEqual([])
    expect(await only(plan.id, ids)).toMatchObject({ status: 'failed', problem: { at: 'submit' } })
  })
})

describe('a connector that', () => {
  const failing: [string, Parameters<typeof openReceiver>[0]['answer']][] = [
    ['answers 500', () => ({ status: 500, body: 'broken' })],
    ['answers 429', () => ({ status: 429, body: {} })],
    ['answers 408', () => ({ status: 408, body: {} })],
    ['answers garbage', () => ({ status: 200, body: '<html>' })],
    ['answers a number', () => ({ status: 200, body: 7 })],
    ['never answers', () => 'never'],
  ]
  test.each(failing)('%s is asked again, later and later, and given up in the end; then by hand', async (_, answer) => {
    let isIll = true
    const { requests, calendar } = await connect({ answer: (of) => (isIll ? answer?.(of) : undefined) })
    const { plan, ids } = await approved('One')
    const { clock, hooks } = bench.lab.world
    // Nobody waits ten seconds here for what never comes.
    const isSilent = answer?.({} as Submission) === 'never'
    if (isSilent) Object.assign(hooks, createHooks(clock, true, 40))
    for (const minutes of [1, 1, 5, 30, 120, 360]) {
      expect(await only(plan.id, ids), `before ${minutes}`).toMatchObject({ status: 'approved' })
      await minutePasses(minutes)
      await minutePasses(0)
    }
    // Whoever gives up waiting may do so before anything arrives.
    if (!isSilent) expect(requests).toHaveLength(6)
    const heard = requests.length
    const failed = await only(plan.id, ids)
    expect(failed).toMatchObject({
      status: 'failed',
      problem: { at: 'submit', message: expect.stringContaining('6 tries') },
    })
    expect(failed.submission?.tries).toHaveLength(6)
    await minutePasses(1_000)
    expect(requests).toHaveLength(heard)
    isIll = false
    Object.assign(hooks, createHooks(clock, true))
    expect(await bench.approve(plan.id, ids)).toMatchObject({ status: 409 })
    expect((await resubmit(plan.id, ids)).status).toBe(200)
    await minutePasses()
    expect(await only(plan.id, ids)).toMatchObject({ status: 'submitted' })
    expect(calendar.size).toBe(1)
  })

  test.each([400, 404, 409, 410, 422])(
    'answers %i has refused it: it fails at once, with what was said',
    async (status) => {
      const { requests } = await connect({ answer: () => ({ status, body: { error: 'No such person' } }) })
      const { plan, ids } = await approved('One')
      await minutePasses()
      await minutePasses(1_000)
      expect(requests).toHaveLength(1)
      const { problem, ...rest } = await only(plan.id, ids)
      expect(rest.status).toBe('failed')
      expect(problem?.message).toContain(String(status))
      if (status !== 410) expect(problem?.message).toContain('No such person')
    },
  )

  test('does not answer keeps the others waiting for a minute, and not longer', async () => {
    const { calendar } = await connect({ failFirst: 1 })
    await approved('One', 'Two', 'Three')
    expect(await minutePasses()).toMatchObject({ submitted: 0, failed: 1 })
    expect(await minutePasses()).toMatchObject({ submitted: 3 })
    expect(calendar.size).toBe(3)
  })

  test('has taken it, of which nobody heard, is told once more, and does it once', async () => {
    const { requests, calendar, taken } = await connect()
    const { plan, ids } = await approved('One')
    const { store } = bench.lab.world
    const original = store.commit
    let writes = 0
    store.commit = async (changes) => {
      writes += 1
      // The claim gets through; what came of it does not.
      if (writes === 2) throw new Error('died')
      return original(changes)
    }
    bench.lab.clock.nowMs += 60_000
    await lookAfterProposals(workspaceId, bench.lab.world, never)
    store.commit = original
    expect(await minutePasses(1)).toMatchObject({ submitted: 0 })
    expect(await minutePasses(5)).toMatchObject({ submitted: 1 })
    expect([requests.length, taken.size, calendar.size]).toEqual([2, 1, 1])
    expect(await only(plan.id, ids)).toMatchObject({ status: 'submitted', submission: { reference: 'EXT-1' } })
  })

  test('is asked by two at the same time is told once', async () => {
    const { requests } = await connect()
    await approved('One', 'Two')
    bench.lab.clock.nowMs += 60_000
    await Promise.all(Array.from({ length: 3 }, () => lookAfterProposals(workspaceId, bench.lab.world, never)))
    expect(requests).toHaveLength(2)
  })

  test('is paused or removed meanwhile is told nothing: what waits fails, and says what to do', async () => {
    const { requests } = await connect()
    const [one, two] = [await approved('One'), await approved('Two')]
    const headers = { 'if-match': '*' }
    await bench.call('changeConnector', { connectorId }, { headers, body: { status: 'paused' } })
    await minutePasses()
    expect((await only(one.plan.id, one.ids)).problem?.message).toContain('paused')
    await bench.call('changeConnector', { connectorId }, { headers, body: { status: 'active' } })
    await resubmit(two.plan.id)
    const gone = await bench.call('removeConnector', { connectorId }, { method: 'DELETE', headers })
    expect(gone.status).toBe(204)
    await minutePasses()
    expect((await only(two.plan.id, two.ids)).problem?.message).toContain('removed')
    expect(requests).toEqual([])
  })

  test('has another secret than the one it signs with refuses', async () => {
    await connect({ secret: 'another' })
    const { plan, ids } = await approved('One')
    await minutePasses()
    expect(await only(plan.id, ids)).toMatchObject({
      status: 'failed',
      problem: { message: expect.stringContaining('401') },
    })
  })

  test('is kept by managers: its secret is told once, and one is active at a time', async () => {
    await connect()
    const params = { connectorId }
    const read = (await bench.call('getConnector', params)).body
    expect(read).not.toHaveProperty('secret')
    expect(JSON.stringify((await bench.call('listConnectors')).body)).not.toContain('secret')
    const rotated = (await bench.call('rotateConnectorSecret', params, { body: {} })).body
    expect(rotated.secret).toEqual(expect.any(String))
    const second = { name: 'Second', kind: 'webhook', url: 'https://their.other.org/in' }
    expect((await bench.call('createConnector', {}, { body: second })).status).toBe(409)
    expect((await bench.call('createConnector', {}, { body: { ...second, status: 'paused' } })).status).toBe(201)
    const { audit } = bench.lab.world.store.everything()
    expect(JSON.stringify([...audit])).not.toContain(rotated.secret)
  })

  test('is the receiver of the examples does not die of whoever hangs up', async () => {
    const { url } = await connect()
    const { hostname, port } = new URL(url)
    await new Promise<void>((resolve) => {
      const socket = createConnection(Number(port), hostname, () => {
        socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{', () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    await approved('One')
    expect(await minutePasses()).toMatchObject({ submitted: 1 })
  })

  test('is active alone, though several become so at one moment', async () => {
    const ids: string[] = []
    for (const name of ['One', 'Two', 'Three'])
      ids.push(
        (await bench.call('createConnector', {}, { body: { name, url: 'https://a.org/', status: 'paused' } })).body.id,
      )
    const sent = { headers: { 'if-match': '*' }, body: { status: 'active' } }
    const all = await Promise.all(ids.map((id) => bench.call('changeConnector', { connectorId: id }, sent)))
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    const { items } = (await bench.call('listConnectors')).body
    expect(items.filter(({ status }: { status: string }) => status === 'active')).toHaveLength(1)
  })
})
