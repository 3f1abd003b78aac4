import { describe, expect, test } from 'vitest'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { send } from './call.ts'
import { verified, withCode } from './contacts.ts'
import { at, type Furnished, furnish, routeIds, successOf } from './furnished.ts'
import { driving, releasable, uncertain } from './quarantine.ts'

/** What must have happened before a route can succeed. */
const before: Partial<Record<RouteId, (of: Furnished) => Promise<unknown>>> = {
  restoreSchedule: ({ lab, things }) => send(lab, successOf('deleteSchedule', things)),
  resumeSchedule: ({ lab, things }) => send(lab, successOf('pauseSchedule', things)),
  checkIn: async ({ lab }) => {
    lab.clock.nowMs = Date.parse(at(2))
  },
  checkOut: async ({ lab }) => {
    lab.clock.nowMs = Date.parse(at(3))
  },
  confirmReservation: async ({ lab, things }) => {
    const body = { assets: [{ assetId: things.assetId }], start: at(8), end: at(9), holdMinutes: 30 }
    const { body: held } = await send(lab, { ...successOf('createReservation', things), body })
    Object.assign(things, { reservationId: held.id })
  },
  retireAsset: ({ lab, things }) => send(lab, successOf('cancelReservation', things)),
  verifyChannel: ({ lab, things }) => withCode(lab, things.contactId ?? '', 'the-code'),
  testContact: ({ lab, things }) => verified(lab, things.contactId ?? ''),
  setAssetHealth: async ({ things }) => Object.assign(things, { assetId: things.fragileId }),
  pauseRun: ({ lab, things }) => driving(lab, things.runId ?? '', 'running'),
  resumeRun: ({ lab, things }) => driving(lab, things.runId ?? '', 'paused'),
  continueRecovery: ({ lab, things }) => uncertain(lab, things.recoveryId ?? ''),
  completeSlot: async ({ lab, things }) => {
    await send(lab, successOf('commitSlot', things))
    lab.clock.nowMs = Date.parse(at(61))
  },
  deletePlanningRun: ({ lab, things }) => send(lab, successOf('stopPlanningRun', things)),
  releaseReservation: ({ lab, things }) => releasable(lab, things.reservationId ?? ''),
}

describe('every route', () => {
  test.each(routeIds)('%s does what it is for, in the shape of its schema', async (id) => {
    const furnished = await furnish()
    await before[id]?.(furnished)
    const answered = await send(furnished.lab, successOf(id, furnished.things))
    expect(answered.status, JSON.stringify(answered.body)).toBe(routes[id].status)
  })

  test.each(routeIds.filter((id) => routes[id].path.includes('{')))(
    '%s: what it made or changed is told by GET',
    async (id) => {
      const { lab, things } = await furnish()
      await before[id]?.({ lab, things })
      const answered = await send(lab, successOf(id, things))
      const location = answered.headers.location
      if (location === undefined) return
      const read = await send(lab, { method: 'GET', path: location, as: 'viewer' })
      expect(read.status).toBe(200)
      const { schedule, run } = read.body
      expect(schedule ?? run ?? read.body).toEqual(answered.body)
      // Nobody changes a planning run by its version.
      if (!run) expect(read.headers.etag).toBe(answered.headers.etag)
    },
  )
})
