import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { routes } from '#contracts/http/routes.ts'
import { Refusal } from '#domain/errors.ts'
import { type Sent, send } from './call.ts'
import { furnish, routeIds, successOf } from './furnished.ts'
import { createLaboratory, stored } from './laboratory.ts'

const creating = routeIds.filter((id) => 'creates' in routes[id])
const keyed = (sent: Sent, key = 'key-1'): Sent => ({ ...sent, headers: { ...sent.headers, 'idempotency-key': key } })

/** I15: effects per Idempotency-Key ≤ 1, with equal answers. */
describe('Idempotency-Key', () => {
  test.each(creating)('%s: a replay has no second effect and the equal answer', async (id) => {
    const { lab, things } = await furnish()
    const sent = keyed(successOf(id, things))
    const first = await send(lab, sent)
    expect(first.status).toBe(201)
    const before = stored(lab)
    const started = lab.started.length
    lab.clock.nowMs += 3_600_000
    const again = await send(lab, sent)
    expect(again).toEqual(first)
    expect(stored(lab)).toBe(before)
    expect(lab.started.length).toBe(started)
  })

  test.each(creating)('%s: the same key with another body is refused', async (id) => {
    const { lab, things } = await furnish()
    const sent = successOf(id, things)
    await send(lab, keyed(sent))
    const before = stored(lab)
    const other = { ...(sent.body as Record<string, unknown>) }
    if ('note' in other) other.note = 'Something else'
    else if (id === 'createSubscription') other.digest = 'hourly'
    else if (id === 'checkAsset') other.assetId = things.assetId
    else if ('name' in other) other.name = 'Something else'
    else if ('reason' in other) other.reason = 'Something else'
    else if ('start' in other || 'durationMinutes' in other) other.note = 'Something else'
    else if ('protocolId' in other) other.settings = { priority: 1 }
    else other.priority = 1
    const answered = await send(lab, keyed({ ...sent, body: other }))
    expect(answered.body).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    expect(stored(lab)).toBe(before)
  })

  test.each(creating)('%s: many at once make one thing', async (id) => {
    const { lab, things } = await furnish()
    const sent = keyed(successOf(id, things))
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(lab, sent)))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.every(({ status }) => status === 201)).toBe(true)
    const { documents } = lab.world.store.everything()
    const made = [...documents.values()].filter((value) => (value as { id?: string }).id === answers[0]?.body.id)
    expect(made.length).toBe(1)
  })

  test('the order of fields does not make another request, and another caller’s key is another key', async () => {
    const { lab, things } = await furnish()
    const sent = successOf('createAsset', things)
    const first = await send(lab, keyed({ ...sent, body: { name: 'Rack', kind: 'station' } }))
    const turned = await send(lab, keyed({ ...sent, body: { kind: 'station', name: 'Rack' } }))
    const others = await send(lab, keyed({ ...sent, as: 'manager', body: { name: 'Rack', kind: 'station' } }))
    expect(turned.text).toBe(first.text)
    expect(others.body.id).not.toBe(first.body.id)
  })

  test('a refused request is not remembered: repaired, the same key works', async () => {
    const { lab, things } = await furnish()
    const sent = successOf('createAsset', things)
    expect((await send(lab, keyed({ ...sent, body: { name: '' } }))).status).toBe(422)
    expect((await send(lab, keyed(sent))).status).toBe(201)
  })

  test('a lost answer of the store: the replay finds what was done', async () => {
    let lose = false
    const store = createMemoryStore(async (operation, call) => {
      const result = call()
      if (lose && operation === 'commit') {
        lose = false
        throw new Refusal('unavailable', 'The table did not answer; nothing may be assumed done.')
      }
      return result
    })
    const { lab, things } = await furnish(createLaboratory(store))
    lose = true
    const answered = await send(lab, keyed(successOf('createAsset', things)))
    expect(answered.status).toBe(201)
    lose = true
    const unkeyed = await send(lab, successOf('createAsset', things))
    expect(unkeyed.body).toMatchObject({ status: 503, code: 'unavailable' })
    expect(unkeyed.headers['retry-after']).toBe('1')
  })

  test.each(['', ' ', 'a b', 'ü', 'x'.repeat(129)])('a key that is none: %o', async (key) => {
    const { lab, things } = await furnish()
    const answered = await send(lab, keyed(successOf('createAsset', things), key))
    expect(answered.body).toMatchObject({ status: 400, code: 'malformed_request' })
  })
})
