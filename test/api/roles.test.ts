import { describe, expect, test } from 'vitest'
import type { RouteShape } from '#contracts/http/route.ts'
import { routes } from '#contracts/http/routes.ts'
import { roleAllows, roleOrder } from '#domain/workspaces/workspace.ts'
import { send } from './call.ts'
import { furnish, routeIds, successOf } from './furnished.ts'
import { stored } from './laboratory.ts'

const insideOf = routeIds.filter((id) => routes[id].path.includes('{workspaceId}'))
const accessOf = (id: (typeof routeIds)[number]): RouteShape['access'] => routes[id].access

/** Of a booking that another made, which the role alone does not open. */
const ofOwners: ReadonlySet<string> = new Set([
  'cancelReservation',
  'changeReservation',
  'confirmReservation',
  'transferReservation',
  'checkIn',
  'checkOut',
  'resolveConflict',
  'leaveWaitlist',
  'cancelSeries',
  'revokeFeed',
])

describe('every route x every role', () => {
  const matrix = insideOf.flatMap((id) => roleOrder.map((role) => ({ id, role, needed: accessOf(id) })))

  test.each(matrix)('$id needs $needed: $role', async ({ id, role, needed }) => {
    const { lab, things } = await furnish()
    const before = stored(lab)
    const answered = await send(lab, successOf(id, things, role))
    const allowed = needed === 'public' || needed === 'authenticated' || roleAllows(role, needed)
    if (allowed) {
      expect([401, 404]).not.toContain(answered.status)
      // What needs another's right is decided by what is sent; here everything is the caller's own or free for the role.
      if (!ofOwners.has(id)) expect(answered.status).not.toBe(403)
    } else {
      expect(answered.status).toBe(403)
      expect(answered.body.code).toBe('forbidden')
      expect(answered.body.detail).toContain(`needs the role ${needed}; you are ${role}`)
      expect(stored(lab)).toBe(before)
    }
  })

  test.each(insideOf)('%s: who is no member learns nothing, not even that the workspace exists', async (id) => {
    const { lab, things } = await furnish()
    const before = stored(lab)
    const stranger = await send(lab, successOf(id, things, 'stranger'))
    const nowhere = await send(lab, successOf(id, { ...things, workspaceId: 'ws_nowhere' }, 'stranger'))
    expect(stranger.status).toBe(404)
    expect(stranger.text?.replaceAll('ws_lab', 'ws_nowhere')).toBe(nowhere.text)
    expect(stored(lab)).toBe(before)
  })

  test.each(routeIds.filter((id) => routes[id].access !== 'public'))('%s: without a token', async (id) => {
    const { lab, things } = await furnish()
    const answered = await send(lab, { ...successOf(id, things), as: undefined })
    expect(answered.status).toBe(401)
    expect(answered.body.code).toBe('unauthenticated')
    expect(answered.headers['www-authenticate']).toBe('Bearer')
  })
})

describe('rights that depend on what is sent', () => {
  test('a scientist cancels own bookings, a manager anybody’s', async () => {
    const { lab, things } = await furnish()
    const forbidden = await send(lab, successOf('cancelReservation', things, 'operator'))
    expect(forbidden.status).toBe(403)
    expect(forbidden.body.detail).toContain('admin made this booking')
    expect((await send(lab, successOf('cancelReservation', things, 'manager'))).status).toBe(200)
  })

  test.each([{ capacity: 2 }, { name: 'Mine' }, { status: 'retired' }, { status: 'offline', tags: ['x'] }])(
    'an operator may not change %o of an asset',
    async (body) => {
      const { lab, things } = await furnish()
      const before = stored(lab)
      const answered = await send(lab, { ...successOf('changeAsset', things, 'operator'), body })
      expect(answered.status).toBe(403)
      expect(stored(lab)).toBe(before)
    },
  )

  test('the last admin stays, whether removed or demoted', async () => {
    const { lab, things } = await furnish()
    const admin = { ...things, subject: 'admin' }
    for (const attempt of [
      successOf('removeMember', admin),
      { ...successOf('putMember', admin), body: { name: 'Ada', role: 'viewer' } },
    ]) {
      const answered = await send(lab, attempt)
      expect(answered.status).toBe(409)
      expect(answered.body.code).toBe('invalid_state')
      expect(answered.body.detail).toContain('last admin')
    }
  })
})
