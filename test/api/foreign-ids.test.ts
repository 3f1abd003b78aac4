import { describe, expect, test } from 'vitest'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { send } from './call.ts'
import { at, furnishTwo, protocolBody, quotaBody, routeIds, scheduleBody, successOf, type Things } from './furnished.ts'
import { stored } from './laboratory.ts'

const slots = routeIds.flatMap((id) =>
  [...routes[id].path.matchAll(/\{(\w+)\}/g)].flatMap(([, slot = '']) =>
    // A secret address names its own workspace; a date, alone or with a duty, is the same everywhere.
    ['workspaceId', 'subject', 'version', 'feedToken', 'dutyExceptionId', 'verificationId'].includes(slot)
      ? []
      : [{ id, slot }],
  ),
)

/** I7: nothing of another workspace can be read, changed or inferred. */
/** Not of one workspace, or no list of things that say whose they are. */
const unlisted = new Set<RouteId>(['listWorkspaces', 'listEmergencyStops'])

describe('ids of another workspace', () => {
  test.each(slots)('$id with a foreign $slot answers like one that never existed', async ({ id, slot }) => {
    const { lab, things, foreign } = await furnishTwo()
    const before = stored(lab)
    const [prefix, rest] = (foreign[slot] ?? '').split('_')
    const never = rest === undefined ? '0'.repeat(prefix?.length ?? 0) : `${prefix}_never`
    const answered = await send(lab, successOf(id, { ...things, [slot]: foreign[slot] ?? '' }))
    const unknown = await send(lab, successOf(id, { ...things, [slot]: never }))
    expect(answered.status).toBe(404)
    expect(answered.text?.replaceAll(foreign[slot] ?? '', never)).toBe(unknown.text)
    expect(stored(lab)).toBe(before)
  })

  test.each(slots)('$id: a text that cannot be a $slot is not found either', async ({ id, slot }) => {
    const { lab, things } = await furnishTwo()
    const answered = await send(lab, successOf(id, { ...things, [slot]: 'A b/../%' }))
    expect(answered.status).toBe(404)
  })

  const bodies: { name: string; id: (typeof routeIds)[number]; body: (foreign: Things) => unknown; status: number }[] =
    [
      {
        name: 'an agent of an asset',
        id: 'createAsset',
        status: 422,
        body: ({ agentId }) => ({ name: 'A', kind: 'machine', agentId }),
      },
      { name: 'an agent put on an asset', id: 'changeAsset', status: 422, body: ({ agentId }) => ({ agentId }) },
      {
        name: 'an asset of a protocol',
        id: 'createProtocol',
        status: 422,
        body: ({ assetId = '' }) => protocolBody(assetId),
      },
      {
        name: 'an asset put into a protocol',
        id: 'changeProtocol',
        status: 422,
        body: ({ assetId }) => ({ requirements: [{ assetId }] }),
      },
      {
        name: 'a protocol of a schedule',
        id: 'createSchedule',
        status: 422,
        body: ({ protocolId = '' }) => scheduleBody(protocolId),
      },
      { name: 'a protocol of a run', id: 'startRun', status: 404, body: ({ protocolId }) => ({ protocolId }) },
      {
        name: 'an asset of a group',
        id: 'createAssetGroup',
        status: 422,
        body: ({ assetId }) => ({ name: 'Any', assetIds: [assetId] }),
      },
      { name: 'a type of an asset', id: 'changeAsset', status: 422, body: ({ typeId }) => ({ typeId }) },
      {
        name: 'a type of a quota',
        id: 'createQuota',
        status: 422,
        body: ({ typeId }) => ({ ...quotaBody, typeId }),
      },
      {
        name: 'a group of a booking',
        id: 'createReservation',
        status: 422,
        body: ({ groupId }) => ({ assets: [{ groupId }], start: at(10), end: at(11) }),
      },
      {
        name: 'an asset that is waited for',
        id: 'joinWaitlist',
        status: 422,
        body: ({ assetId }) => ({ assets: [{ assetId }], durationMinutes: 60, from: at(10), to: at(12) }),
      },
      {
        name: 'an asset of a feed',
        id: 'makeFeed',
        status: 422,
        body: ({ assetId }) => ({ name: 'Theirs', of: { kind: 'asset', assetId } }),
      },
      {
        name: 'an asset of an outage',
        id: 'announceOutage',
        status: 422,
        body: ({ assetId }) => ({ assetIds: [assetId], start: at(10), end: at(12), reason: 'Mine' }),
      },
      {
        name: 'a reservation that is asked about',
        id: 'checkReservation',
        status: 404,
        body: ({ reservationId, assetId }) => ({ reservationId, assets: [{ assetId }], start: at(10), end: at(11) }),
      },
      {
        name: 'a reservation of a conflict',
        id: 'resolveConflict',
        status: 422,
        body: ({ reservationId }) => ({ resolution: { kind: 'cancel', reservationId }, note: 'Mine' }),
      },
      {
        name: 'an asset of a booking',
        id: 'createReservation',
        status: 422,
        body: ({ assetId }) => ({ assets: [{ assetId }], start: at(10), end: at(11) }),
      },
    ]
  test.each(bodies)('$name ($id) is refused by name, and nothing is stored', async ({ id, body, status }) => {
    const { lab, things, foreign } = await furnishTwo()
    const before = stored(lab)
    const answered = await send(lab, { ...successOf(id, things), body: body(foreign) })
    expect(answered.status).toBe(status)
    expect(answered.body.detail).toMatch(
      /no (asset|agent|protocol|one of|reservation)|never run|cannot be booked|not part of|names what is not there/,
    )
    expect(stored(lab)).toBe(before)
  })

  test('a cursor of another workspace, or of another list, is refused', async () => {
    const { lab, things, foreign } = await furnishTwo()
    for (const name of ['One', 'Two'])
      await send(lab, { ...successOf('createAsset', foreign), body: { name, kind: 'station' } })
    const page = await send(lab, { ...successOf('listAssets', foreign), query: { limit: '1' } })
    const cursor = page.body.next
    expect(cursor).toBeTypeOf('string')
    for (const id of ['listAssets', 'listAgents'] as const) {
      const answered = await send(lab, { ...successOf(id, things), query: { cursor } })
      expect(answered.status).toBe(422)
      expect(answered.body.code).toBe('invalid')
      expect(answered.body.reasons[0].code).toBe('bad-cursor')
    }
  })

  test('lists and histories tell of their own workspace only', async () => {
    const { lab, things, foreign } = await furnishTwo()
    for (const id of routeIds.filter((id) => id.startsWith('list') && !unlisted.has(id))) {
      const { body } = await send(lab, {
        ...successOf(id, things),
        query:
          id === 'listAudit'
            ? { subject: foreign.assetId ?? '' }
            : id === 'listArtifacts'
              ? { runId: things.runId ?? '' }
              : {},
      })
      for (const item of body.items) expect(item.workspaceId).toBe(things.workspaceId)
    }
  })

  test('the same Idempotency-Key in two workspaces is two keys', async () => {
    const { lab, things, foreign } = await furnishTwo()
    const headers = { 'idempotency-key': 'one' }
    const body = { name: 'Rack', kind: 'resource' }
    const first = await send(lab, { ...successOf('createAsset', things), body, headers })
    const second = await send(lab, { ...successOf('createAsset', foreign), body, headers })
    expect(first.body.workspaceId).toBe(things.workspaceId)
    expect(second.body.workspaceId).toBe(foreign.workspaceId)
  })
})
