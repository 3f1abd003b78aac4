import { describe, expect, test } from 'vitest'
import { send } from './call.ts'
import { at, furnish, successOf } from './furnished.ts'
import { reasonsOf, refused } from './refused.ts'

describe('parameters that break the schema of the protocol', () => {
  test.each(['triggerSchedule', 'startRun'] as const)('%s', async (id) => {
    const furnished = await furnish()
    const { protocolId } = furnished.things
    const body = { ...(id === 'startRun' && { protocolId }), parameters: { plates: -1 } }
    await refused(furnished, id, { body }, 422, 'invalid')
  })

  test('more parameters than can be kept', async () => {
    const furnished = await furnish()
    const body = { parameters: { text: 'x'.repeat(17_000) } }
    const answered = await refused(furnished, 'triggerSchedule', { body }, 422, 'invalid')
    expect(answered.body.detail).toContain('16384')
  })
})

describe('a protocol that could never run', () => {
  test.each([
    [{ requirements: [] }, '/requirements'],
    [{ requirements: [{ assetId: 'ast_nowhere' }] }, '/requirements/0/assetId'],
    [{ parametersSchema: { type: 'array' } }, '/parametersSchema/type'],
    [
      { parametersSchema: { type: 'object', properties: { a: { pattern: '(a+)+' } } } },
      '/parametersSchema/properties/a/pattern',
    ],
    [{ parametersSchema: { type: 'object', $ref: 'https://example.com/x' } }, '/parametersSchema/$ref'],
    [{ driver: '../bin/sh' }, '/driver'],
    [{ payload: { big: 'x'.repeat(20_000) } }, '/payload'],
    [{ expectedDurationSeconds: 0 }, '/expectedDurationSeconds'],
  ])('%o', async (change, path) => {
    const furnished = await furnish()
    const body = { ...(successOf('createProtocol', furnished.things).body as object), ...change }
    const answered = await refused(furnished, 'createProtocol', { body }, 422, 'invalid')
    expect(reasonsOf(answered)[0]?.path).toBe(path)
  })

  test.each(['/etc/passwd', '../outside', 'a/../../b', '..', '~/x', 'C:\\x', '\\\\host\\x', 'a\u0000b'])(
    'a path that leads out of any root: %j',
    async (path) => {
      const furnished = await furnish()
      const body = { ...(successOf('createProtocol', furnished.things).body as object), path }
      const answered = await refused(furnished, 'createProtocol', { body }, 422, 'invalid')
      expect(reasonsOf(answered)).toMatchObject([{ code: 'path-outside-roots', path: '/path' }])
    },
  )

  test('all faults are told at once', async () => {
    const furnished = await furnish()
    const { assetId } = furnished.things
    const body = {
      ...(successOf('createProtocol', furnished.things).body as object),
      requirements: [{ assetId: 'ast_nowhere' }, { assetId, units: 2 }],
      parametersSchema: { type: 'array' },
    }
    const answered = await refused(furnished, 'createProtocol', { body }, 422, 'invalid')
    expect(reasonsOf(answered).map(({ code }) => code)).toEqual(['unknown-asset', 'above-capacity', 'bad-schema'])
  })
})

describe('a booking that cannot be', () => {
  const booking = async (change: Record<string, unknown>, status = 422, code = 'invalid') => {
    const furnished = await furnish()
    const body = { assets: [{ assetId: furnished.things.assetId }], start: at(10), end: at(11), ...change }
    return refused(furnished, 'createReservation', { body }, status, code)
  }
  test('ends before it starts', async () => {
    expect(reasonsOf(await booking({ end: at(9) }))[0]).toMatchObject({ code: 'empty-interval', path: '/end' })
  })
  test('lies in the past', async () => {
    const answered = await booking({ start: at(-3), end: at(-2) })
    expect(reasonsOf(answered)[0]).toMatchObject({ code: 'in-the-past', path: '/start' })
  })
  test('has no offset, so names no moment', async () => {
    expect(reasonsOf(await booking({ start: '2026-11-20T22:00:00' }))[0]?.path).toBe('/start')
  })
  test('reaches too far ahead', async () => {
    expect((await booking({ start: at(24 * 90), end: at(24 * 90 + 1) }, 422, 'limit_exceeded')).body.detail).toContain(
      '90 days',
    )
  })
  test('is more than one transaction can hold', async () => {
    const furnished = await furnish()
    const { lab, things } = furnished
    const assets: { assetId: string }[] = []
    for (let n = 0; n < 4; n++) {
      const made = await send(lab, { ...successOf('createAsset', things), body: { name: `B${n}`, kind: 'station' } })
      assets.push({ assetId: made.body.id })
    }
    const body = { assets, start: at(10), end: at(24 * 30) }
    const answered = await refused(furnished, 'createReservation', { body }, 422, 'limit_exceeded')
    expect(answered.body.detail).toContain('4 asset(s) over 31 days')
  })
  test('asks for more units than there ever are', async () => {
    const furnished = await furnish()
    const body = { assets: [{ assetId: furnished.things.assetId, units: 2 }], start: at(10), end: at(11) }
    const answered = await refused(furnished, 'createReservation', { body }, 422, 'invalid')
    expect(reasonsOf(answered)[0]).toMatchObject({ code: 'above-capacity', path: '/assets/0/units' })
  })
  test('collides: who holds it, and when it is free next', async () => {
    const answered = await booking({ start: at(3), end: at(5) }, 409, 'asset_busy')
    const [reason] = reasonsOf(answered)
    expect(reason?.message).toContain('"Star" is held by admin; free next at 2026-11-20T16:00:00.000Z')
    expect(reason?.facts).toMatchObject({
      nextFreeAt: at(4),
      heldBy: [{ by: 'admin', start: at(2), end: at(4), units: 1 }],
    })
  })
  test('wants an asset that is in maintenance', async () => {
    const furnished = await furnish()
    await send(furnished.lab, successOf('changeAsset', furnished.things))
    const body = { assets: [{ assetId: furnished.things.assetId }], start: at(10), end: at(11) }
    const answered = await refused(furnished, 'createReservation', { body }, 409, 'invalid_state')
    expect(answered.body.detail).toContain('maintenance (New tips)')
  })
})

describe('a request that cannot be read', () => {
  test.each(['{"name": ', '', '[', 'null,', '{"name":"a"}}', '\u0000'])('malformed JSON: %o', async (body) => {
    const furnished = await furnish()
    const headers = { 'content-type': 'application/json' }
    await refused(furnished, 'createAsset', { body, headers }, 400, 'malformed_request')
  })

  test.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/merge-patch+json', ''])(
    'content type %o',
    async (type) => {
      const furnished = await furnish()
      const headers = { 'content-type': type }
      const answered = await refused(furnished, 'createAsset', { headers }, 415, 'unsupported_media_type')
      expect(answered.body.detail).toContain('application/json')
    },
  )

  test.each([false, true])('a body of 2 MB (base64: %o)', async (base64) => {
    const furnished = await furnish()
    const text = JSON.stringify({ name: 'x'.repeat(2_000_000), kind: 'station' })
    const body = base64 ? Buffer.from(text).toString('base64') : text
    const answered = await refused(furnished, 'createAsset', { body, base64 }, 413, 'payload_too_large')
    expect(answered.body.detail).toContain('262144')
  })

  test('a body that is not UTF-8', async () => {
    const furnished = await furnish()
    const body = Buffer.from([0x7b, 0xff, 0x7d]).toString('base64')
    await refused(furnished, 'createAsset', { body, base64: true }, 400, 'malformed_request')
  })

  test.each([
    ['deep', JSON.stringify({ parameters: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) })],
    ['deeper than a stack', `{"parameters":${'['.repeat(60_000)}${']'.repeat(60_000)}}`],
    ['a number that loses digits', '{"parameters":{"plates":12345678901234567890}}'],
    ['a number beyond all numbers', '{"parameters":{"plates":1e999}}'],
    ['half a surrogate pair', '{"parameters":{"text":"\\ud800"}}'],
    ['a reserved name', '{"parameters":{"__proto__":{"admin":true}}}'],
    ['a name that code takes for a class', '{"parameters":{"constructor":{"name":"Set"}}}'],
    ['an empty name', '{"parameters":{"":1}}'],
  ])('JSON that cannot be kept: %s', async (_name, body) => {
    const furnished = await furnish()
    const headers = { 'content-type': 'application/json' }
    await refused(furnished, 'triggerSchedule', { body, headers }, 422, 'invalid')
  })

  test('a body where none is taken', async () => {
    const furnished = await furnish()
    await refused(furnished, 'resumeSchedule', { body: { note: 'overlooked' } }, 422, 'invalid')
  })

  test.each([
    { limit: '0' },
    { limit: '101' },
    { limit: 'many' },
    { limit: '1,2' },
    { color: 'blue' },
    { cursor: '' },
    { cursor: 'x'.repeat(2_000) },
    { cursor: '%00' },
  ])('query %o', async (query) => {
    const furnished = await furnish()
    await refused(furnished, 'listAssets', { query: query as never }, 422, 'invalid')
  })

  test.each(['/v1/workspaces/%', '/v1/workspaces/%zz/assets', '/v1/workspaces/%ff/assets'])('path %s', async (path) => {
    const furnished = await furnish()
    await refused(furnished, 'listAssets', { path, query: undefined }, 400, 'malformed_request')
  })
})

describe('a name', () => {
  test.each(['', '   ', '\n', 'a\u0000b', 'two\nlines', '\u2028', 'x'.repeat(121)])('%j is refused', async (name) => {
    const furnished = await furnish()
    for (const id of ['createAsset', 'createProtocol', 'createSchedule', 'enrolAgent', 'createWorkspace'] as const) {
      const { body } = successOf(id, furnished.things)
      await refused(furnished, id, { body: { ...(body as object), name } }, 422, 'invalid')
    }
  })
  test('is kept without the spaces around it', async () => {
    const { lab, things } = await furnish()
    const sent = successOf('createAsset', things)
    const { body } = await send(lab, { ...sent, body: { ...(sent.body as object), name: '  Reader µ☂ ' } })
    expect(body.name).toBe('Reader µ☂')
  })
})
