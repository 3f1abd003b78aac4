import { describe, expect, test } from 'vitest'
import { settleArming } from '#application/timetable/arm-schedule.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { routes } from '#contracts/http/routes.ts'
import { send } from './call.ts'
import { etagOf, furnish, routeIds, successOf } from './furnished.ts'
import { stored, workspaceId } from './laboratory.ts'

const conditional = routeIds.filter((id) => (routes[id] as RouteShape).ifMatch !== undefined)
const required = conditional.filter((id) => (routes[id] as RouteShape).ifMatch === 'required')

/** The path whose GET gives the ETag that a change needs. */
const readPath = (path: string): string => path.replace(/^(\/v1\/workspaces\/[^/:]+(?:\/[^/:]+\/[^/:]+)?).*$/, '$1')

/** I12: a stale version never overwrites. */
describe('If-Match', () => {
  test.each(required)('%s without If-Match is refused, and nothing changes', async (id) => {
    const { lab, things } = await furnish()
    const before = stored(lab)
    const answered = await send(lab, { ...successOf(id, things), headers: {} })
    expect(answered.body).toMatchObject({ status: 428, code: 'precondition_required' })
    expect(stored(lab)).toBe(before)
  })

  test.each(conditional)('%s with a stale ETag is refused with the current state', async (id) => {
    const { lab, things } = await furnish()
    const sent = successOf(id, things)
    const etag = await etagOf(lab, readPath(sent.path))
    const before = stored(lab)
    const answered = await send(lab, { ...sent, headers: { 'if-match': '"77"' } })
    const current = { version: Number(etag.replaceAll('"', '')) }
    expect(answered.body).toMatchObject({ status: 412, code: 'stale_version', current })
    expect(answered.headers.etag).toBe(etag)
    expect(stored(lab)).toBe(before)
  })

  test.each(required)('%s with the ETag that GET gave is done', async (id) => {
    const { lab, things } = await furnish()
    if (id === 'retireAsset') await send(lab, successOf('cancelReservation', things))
    const sent = successOf(id, things)
    const etag = await etagOf(lab, readPath(sent.path))
    expect(etag).toMatch(/^"\d+"$/)
    expect((await send(lab, { ...sent, headers: { 'if-match': etag } })).status).toBe(routes[id].status)
  })

  test.each(conditional.flatMap((id) => ['W/"1"', '"1", "2"', '1', '"x"', '""', '"1'].map((etag) => ({ id, etag }))))(
    '$id with $etag, which is no single strong ETag',
    async ({ id, etag }) => {
      const { lab, things } = await furnish()
      const answered = await send(lab, { ...successOf(id, things), headers: { 'if-match': etag } })
      expect(answered.body).toMatchObject({ status: 400, code: 'malformed_request' })
    },
  )

  test.each(['abortRun', 'cancelReservation', 'releaseReservation'] as const)(
    '%s does not heed If-Match and says so, rather than pretend',
    async (id) => {
      const { lab, things } = await furnish()
      const answered = await send(lab, { ...successOf(id, things), headers: { 'if-match': '"1"' } })
      expect(answered.body).toMatchObject({ status: 400, code: 'malformed_request' })
    },
  )

  test('two people with one ETag: the second is told what the first did', async () => {
    const { lab, things } = await furnish()
    const sent = { ...successOf('changeAsset', things), headers: { 'if-match': '"1"' } }
    const answers = await Promise.all(['One', 'Two', 'Three'].map((name) => send(lab, { ...sent, body: { name } })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
    const winner = answers.find(({ status }) => status === 200)
    for (const { body } of answers.filter(({ status }) => status === 412))
      expect(body.current.name).toBe(winner?.body.name)
  })

  test('a change that changes nothing makes no new version', async () => {
    const { lab, things } = await furnish()
    const before = stored(lab)
    for (const [id, body] of [
      ['changeAsset', { name: 'Star' }],
      ['changeAsset', {}],
      ['changeProtocol', { expectedDurationSeconds: 60 }],
      ['changeSchedule', { timeZone: 'Europe/Berlin' }],
      ['changeWorkspace', { name: 'Laboratory' }],
      ['putMember', { name: 'viewer', role: 'viewer' }],
    ] as const) {
      const answered = await send(lab, { ...successOf(id, things), body })
      expect(answered.headers.etag).toBe('"1"')
    }
    expect(stored(lab)).toBe(before)
  })

  test('a member who is there is changed with If-Match only; one who is not is added without', async () => {
    const { lab, things } = await furnish()
    const sent = { ...successOf('putMember', things), headers: {} }
    const careless = await send(lab, sent)
    expect(careless.body).toMatchObject({ status: 428, current: { role: 'viewer' } })
    const added = await send(lab, { ...successOf('putMember', { ...things, subject: 'new' }), headers: {} })
    expect(added.status).toBe(200)
    const missing = await send(lab, {
      ...successOf('putMember', { ...things, subject: 'x' }),
      headers: { 'if-match': '"1"' },
    })
    expect(missing.status).toBe(412)
  })

  test('background work on a schedule leaves a person’s ETag as it is', async () => {
    const { lab, things } = await furnish()
    const sent = successOf('changeSchedule', things)
    const etag = await etagOf(lab, sent.path)
    await settleArming(workspaceId, (things.scheduleId ?? '') as never, lab.world)
    await send(lab, successOf('triggerSchedule', things))
    expect(await etagOf(lab, sent.path)).toBe(etag)
    expect((await send(lab, { ...sent, headers: { 'if-match': etag } })).status).toBe(200)
  })
})
