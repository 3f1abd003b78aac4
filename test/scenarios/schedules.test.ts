import { expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

const inSeconds = (seconds: number): string => `${new Date(Date.now() + seconds * 1_000).toISOString().slice(0, 19)}Z`
const entriesOf = (id: string) =>
  laboratory()
    .cloud.scheduler.list()
    .filter(({ name }) => name === id)

test('a rule that EventBridge cannot express fires by one entry that is moved on, and runs follow one another', async () => {
  const at = await bench()
  at.agent.start()
  const { api, params } = at
  const protocolId = await at.protocol('carried', await at.asset('Reader'))
  const rules = [4, 6, 8].map((seconds) => ({ kind: 'at' as const, at: inSeconds(seconds) }))
  const { body: schedule } = await api.call('createSchedule', {
    params,
    body: { name: 'Carried', protocolId, rule: { kind: 'any', rules }, overlap: 'buffer-all' },
  })
  const seen = new Set<string | undefined>()
  const runs = await until('three runs, two of which wait', async () => {
    const entries = entriesOf(schedule.id)
    // None is left when the last time has been fired.
    expect(entries.length).toBeLessThanOrEqual(1)
    for (const { nextAt } of entries) seen.add(nextAt)
    const { body } = await api.call('listRuns', { params, query: { scheduleId: schedule.id } })
    const waiting = body.items.filter((run) => run.status === 'waiting' && run.waiting.reason === 'overlap')
    return body.items.length === 3 && waiting.length === 2 ? body.items.toReversed() : undefined
  })
  expect(seen.size).toBeGreaterThan(1)
  expect(at.drives('carried')).toHaveLength(1)
  // Each that ends starts the next, without anybody sweeping.
  at.release('carried')
  for (const { id } of runs) expect(await at.ended(id)).toMatchObject({ outcome: 'succeeded' })
  expect(at.drives('carried')).toHaveLength(3)
})

test('a firing takes the place of the live run, once the instrument is known to have stopped', async () => {
  const at = await bench()
  at.agent.start()
  const { api, params } = at
  const protocolId = await at.protocol('replaced', await at.asset('Reader'))
  const rules = [4, 6].map((seconds) => ({ kind: 'at' as const, at: inSeconds(seconds) }))
  const { body: schedule } = await api.call('createSchedule', {
    params,
    body: { name: 'Replaced', protocolId, rule: { kind: 'any', rules }, overlap: 'cancel-other' },
  })
  const [first, second] = await until('the second run to drive', async () => {
    const { body } = await api.call('listRuns', { params, query: { scheduleId: schedule.id } })
    return at.drives('replaced').length === 2 ? body.items.toReversed() : undefined
  })
  expect(first).toMatchObject({ status: 'ended', outcome: 'aborted' })
  at.release('replaced')
  expect(await at.ended(second?.id ?? '')).toMatchObject({ outcome: 'succeeded' })
  const { body } = await api.call('getSchedule', { params: { ...params, scheduleId: schedule.id } })
  expect(body.schedule.status).toBe('active')
})

test('entries that somebody removed, changed or added by hand are put right within the hour', async () => {
  const at = await bench()
  const { api, params } = at
  const protocolId = await at.protocol('drift', await at.asset('Reader'))
  const make = async (name: string) =>
    (
      await api.call('createSchedule', {
        params,
        body: { name, protocolId, rule: { kind: 'rate', every: 1, unit: 'day' } },
      })
    ).body.id
  const [kept, removed] = [await make('Kept'), await make('Removed')]
  laboratory().cloud.scheduler.forget(removed)
  expect(entriesOf(removed)).toEqual([])
  await laboratory().cloud.events.runRule('Tidy')
  expect([entriesOf(kept).length, entriesOf(removed).length]).toEqual([1, 1])
  const { body } = await api.call('getStatus', { params })
  expect(body.drift).toMatchObject({ missing: 1, surplus: 0, different: 0 })
})
