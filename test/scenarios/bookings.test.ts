import { expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString()
const minute = () => laboratory().cloud.events.runRule('ReactionsMinute')

test('a schedule holds ahead, the hold becomes the claim of its run, and people are told who is in the way', async () => {
  const at = await bench()
  at.agent.start()
  const { api, params } = at
  const assetId = await at.asset('Reader')
  const protocolId = await at.protocol('held', assetId)
  const { body: schedule } = await api.call('createSchedule', {
    params,
    body: { name: 'Soon', protocolId, rule: { kind: 'at', at: inSeconds(9) } },
  })
  await minute()
  const holds = async () => (await api.call('listReservations', { params, query: {} })).body.items
  const [hold] = await until('the hold', async () => {
    await minute()
    const found = await holds()
    return found.length > 0 ? found : undefined
  })
  expect(hold).toMatchObject({ status: 'held', source: { kind: 'schedule', scheduleId: schedule.id } })
  const asked = { assets: [{ assetId }], start: hold?.start ?? '', end: hold?.end ?? '' }
  const { body: answer } = await api.call('checkReservation', { params, body: asked })
  expect(answer.violations).toMatchObject([{ code: 'asset-busy', facts: { heldBy: [{ by: schedule.id }] } }])
  await until('the run to drive', () => at.drives('held').length === 1)
  const [claim] = await holds()
  expect(claim).toMatchObject({ id: hold?.id, status: 'active', source: { kind: 'run' } })
  at.release('held')
  await until('the release', async () => (await holds())[0]?.status === 'released')
})

test('what a person gives back is offered to whoever waits, and everything is in the calendar to subscribe to', async () => {
  const { api, params, asset } = await bench()
  const assetId = await asset('Microscope')
  const start = inSeconds(7_200)
  const times = { start, end: new Date(Date.parse(start) + 3_600_000).toISOString() }
  const { body: booked } = await api.call('createReservation', { params, body: { assets: [{ assetId }], ...times } })
  const { body: waits } = await api.call('joinWaitlist', {
    params,
    body: { assets: [{ assetId }], durationMinutes: 60, from: times.start, to: times.end },
  })
  await api.call('cancelReservation', { params: { ...params, reservationId: booked.id }, body: { note: 'Not needed' } })
  const { body: entry } = await api.call('getWaitlistEntry', { params: { ...params, waitlistEntryId: waits.id } })
  expect(entry).toMatchObject({ status: 'offered', offer: times })
  const { body: feed } = await api.call('makeFeed', { params, body: { name: 'All', of: { kind: 'workspace' } } })
  const first = await fetch(`${laboratory().url}${feed.path}`)
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8'])
  expect(await first.text()).toContain(entry.offer?.reservationId)
  const again = await fetch(`${laboratory().url}${feed.path}`, {
    headers: { 'if-none-match': first.headers.get('etag') ?? '' },
  })
  expect(again.status).toBe(304)
  const { body: horizon } = await api.call('getHorizon', {
    params,
    query: { from: inSeconds(0), to: inSeconds(86_400) },
  })
  expect(horizon.claims).toMatchObject([{ reservationId: entry.offer?.reservationId, held: true }])
})

test('an asset that goes out of use makes conflicts, which the hourly look does not find again, and which are gone when it is back', async () => {
  const { api, params, asset } = await bench()
  const assetId = await asset('Centrifuge')
  await api.call('createReservation', {
    params,
    body: { assets: [{ assetId }], start: inSeconds(7_200), end: inSeconds(10_800) },
  })
  const status = (to: 'maintenance' | 'available') =>
    api.call('changeAsset', { params: { ...params, assetId }, etag: '*', body: { status: to } })
  await status('maintenance')
  const open = async () => (await api.call('countConflicts', { params })).body.open
  await until('the conflict', async () => (await open()) === 1)
  await laboratory().cloud.events.runRule('Tidy')
  expect(await open()).toBe(1)
  await status('available')
  await until('the end of the conflict', async () => (await open()) === 0)
})
