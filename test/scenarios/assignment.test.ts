/** Who does it: a night's assignment, looked at, edited and approved by a person, told to an outside system, and done. */
import { afterAll, expect, test } from 'vitest'
import { openReceiver } from '../proposals/receiver.ts'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop({ environment: { WEBHOOKS: 'anywhere' } })

const inSeconds = (seconds: number): string =>
  new Date(Math.floor(Date.now() / 1_000) * 1_000 + seconds * 1_000).toISOString()
/** A zone in which it is eight in the morning or so: a companion is on the day of what it follows. */
const morningZone = (): string => {
  const ahead = ((8 - new Date().getUTCHours() + 35) % 24) - 11
  return `Etc/GMT${ahead > 0 ? `-${ahead}` : `+${-ahead}`}`
}
const minute = () => laboratory().cloud.events.runRule('ReactionsMinute')
const submit = () => laboratory().cloud.events.runRule('NotifierMinute')

let receiver: Awaited<ReturnType<typeof openReceiver>> | undefined
afterAll(() => receiver?.close())

test('a nightly assignment is edited, approved and submitted, one of it after a failure; the first run starts', async () => {
  const at = await bench()
  at.agent.start()
  const { api, params } = at
  const machine = await at.asset('Star')
  const person = async (name: string, qualification: string) => {
    const { id } = (await api.call('createAsset', { params, body: { name, kind: 'person' } })).body
    const body = { qualifications: [{ name: qualification }] }
    await api.call('setPerson', { params: { ...params, personId: id }, body, etag: '*' })
    return id
  }
  const ada = await person('Ada', 'laser')
  const kim = await person('Kim', 'laser')
  const lou = await person('Lou', 'supervising')
  const everyDay = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
  const week = Object.fromEntries(everyDay.map((day) => [day, lou]))
  const duties = [{ duty: 'juicer', name: 'Juicer', week }]
  await api.call('setRotation', { params, etag: '*', body: { duties } })
  const types = [
    { type: 'juice', name: 'Juice', rank: 1, durationMinutes: 30, requirements: [{ duty: 'juicer' }] },
    {
      type: 'core',
      name: 'Core',
      rank: 2,
      durationMinutes: 60,
      perPersonPerDay: 1,
      requirements: [{ capability: 'laser' }],
    },
    {
      type: 'visit',
      name: 'Visit',
      rank: 3,
      durationMinutes: 15,
      requirements: [{ capability: 'supervising' }],
      companion: { offsetMinutes: 5, toleranceMinutes: 600, timeZone: morningZone() },
    },
  ]
  await api.call('setOrderTypes', { params, etag: '*', body: { types } })

  const theirs = { name: 'Their system', url: 'http://127.0.0.1:9/' }
  const { body: connector } = await api.call('createConnector', { params, body: theirs })
  // The first that it is told of it refuses, once.
  let refusals = 0
  const answer = () => (refusals++ === 0 ? { status: 422, body: { message: 'No such project' } } : undefined)
  receiver = await openReceiver({ secret: connector.secret, now: Date.now, answer })
  const { url } = receiver
  await api.call('changeConnector', { params: { ...params, connectorId: connector.id }, etag: '*', body: { url } })

  const protocolId = await at.protocol('Laser', machine, { expectedDurationSeconds: 600 })
  const order = async (name: string, more: object) =>
    (await api.call('createOrder', { params, body: { name, ...more } })).body.id
  const core = await order('Core', { type: 'core', protocolId, due: inSeconds(5 * 86_400) })
  const visit = await order('Visit', { type: 'visit', follows: { orderId: core }, release: inSeconds(2 * 3_600) })
  const juice = await order('Juice', { type: 'juice', due: inSeconds(3 * 86_400) })
  const byHand = await order('By hand', { type: 'juice', byHandOnly: 'A guest does it' })

  const { body: routine } = await api.call('createPlanningRoutine', {
    params,
    body: {
      name: 'Nightly',
      cron: 'daily at 02:00',
      timeZone: 'Europe/Berlin',
      ask: { algorithm: 'assignment', bufferDays: 0, freezeMinutes: 0 },
    },
  })
  await laboratory().cloud.scheduler.fire(routine.id, { times: 2, scheduledTime: inSeconds(0) })
  const waiting = await until('the assignment', async () => {
    const { body } = await api.call('getWaitingAssignments', { params })
    return body.hasPending && body
  })
  expect(waiting.items).toHaveLength(1)
  const planId = waiting.items[0]?.id ?? 'pln_none'
  const of = { ...params, assignmentId: planId }
  const proposals = async () => (await api.call('getProposals', { params: of, query: { limit: 100 } })).body.items
  const found = await proposals()
  const statusOf = (id: string) => found.find(({ orderId }) => orderId === id)?.status
  expect([core, visit, juice, byHand].map(statusOf)).toEqual(['proposed', 'proposed', 'proposed', 'unassigned'])
  const proposed = found.find(({ orderId }) => orderId === core)?.item
  expect(proposed?.assigned?.because.length).toBeGreaterThan(0)

  // A person puts it where it begins at once, with the other of two.
  const others = proposed?.assets.map(({ assetId, units }) => ({
    assetId: assetId === ada ? kim : assetId === kim ? ada : assetId,
    units,
  }))
  const start = inSeconds(8)
  const edit = { params: { ...of, orderId: core }, body: { start, ...(others && { assets: others }) } }
  const edited = (await api.call('editProposal', edit)).body
  expect(edited).toMatchObject({ status: 'edited', item: { start } })

  const approved = (await api.call('approveProposals', { params: of, body: {} })).body
  expect(approved).toMatchObject({ isDone: true, counts: { approved: 3 } })
  const after = await proposals()
  for (const id of [core, visit, juice])
    expect(after.find(({ orderId }) => orderId === id)?.slotId, id).toMatch(/^slt_/)

  const settled = async (want: (one: Awaited<ReturnType<typeof proposals>>) => boolean) =>
    until('the connector', async () => {
      await submit()
      const now = await proposals()
      return want(now) && now
    })
  const count = (all: Awaited<ReturnType<typeof proposals>>, status: string) =>
    all.filter((one) => one.status === status).length
  const once = await settled((all) => count(all, 'submitted') === 2 && count(all, 'failed') === 1)
  const failed = once.find(({ status }) => status === 'failed')
  expect(failed?.problem).toMatchObject({ at: 'submit', message: expect.stringContaining('No such project') })
  const again = { params: of, body: { orderIds: [failed?.orderId ?? 'ord_none'] } }
  await api.call('resubmitProposals', again)
  await settled((all) => count(all, 'submitted') === 3)
  expect(receiver.calendar.size).toBe(3)

  const done = await until('the order is completed', async () => {
    await minute()
    const { body } = await api.call('getOrder', { params: { ...params, orderId: core } })
    if (at.drives('Laser').length > 0) at.release('Laser')
    return body.status === 'completed' && body
  })
  const { body: slot } = await api.call('getSlot', { params: { ...params, slotId: done.slots[0] ?? 'slt_none' } })
  expect(slot).toMatchObject({ status: 'completed', start, source: 'manual' })
  expect(at.drives('Laser')).toHaveLength(1)

  const { body: report } = await api.call('verifyNow', { params, body: {} })
  expect(report.date).toMatch(/^\d{4}-/)
})
