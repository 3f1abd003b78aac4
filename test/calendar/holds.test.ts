import { describe, expect, test } from 'vitest'
import { enrolAgent } from '#application/agents/enrol-agent.ts'
import { changeAsset } from '#application/assets/change-asset.ts'
import { readHorizon } from '#application/availability/horizon.ts'
import { holdAllAhead } from '#application/holds/hold-ahead.ts'
import { changeProtocol } from '#application/protocols/change-protocol.ts'
import { bookReservation } from '#application/reservations/book-reservation.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { lookAtReservations } from '#application/reservations/look-at-reservations.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { deleteSchedule } from '#application/schedules/delete-schedule.ts'
import { resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { skipTime } from '#application/schedules/skip-time.ts'
import { archiveSchedule, pauseSchedule } from '#application/schedules/stop-schedule.ts'
import type { AssetId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { actor, scheduled, workspaceId } from '../application/scheduled.ts'

const friday = Date.UTC(2026, 10, 20, 12)

const holding = async (...of: Parameters<typeof scheduled>) => {
  const lab = await scheduled(...of)
  const { world } = lab
  const reservations = async (): Promise<Reservation[]> =>
    (await world.store.reservationsByStart(workspaceId, { limit: 100 })).items.toSorted((a, b) =>
      a.start < b.start ? -1 : 1,
    )
  const assetId = (await world.store.list('asset', workspaceId, { limit: 1 })).items[0]?.id as AssetId
  return {
    ...lab,
    assetId,
    reservations,
    look: () => holdAllAhead(workspaceId, world),
    held: async () =>
      (await reservations()).filter(({ status }) => status === 'held').map(({ start }) => start.slice(0, 16)),
    conflicts: async () => (await world.store.openConflicts(workspaceId, { limit: 100 })).items,
    book: (start: string, hours: number) =>
      bookReservation(
        {
          workspaceId,
          actor: { kind: 'person', subject: 'kim' },
          role: 'scientist',
          assets: [{ assetId, units: 1 }],
          start: new Date(start).toISOString(),
          end: instantOf(Date.parse(start) + hours * 3_600_000),
        },
        world,
      ),
  }
}

const mornings = (days: readonly number[]): string[] => days.map((day) => `2026-11-${day}T08:00`)
const week = [21, 22, 23, 24, 25, 26, 27]

describe('a schedule holds its assets ahead', () => {
  test('for a week where it does not say, once however often it is looked at, and on the timeline', async () => {
    const { look, held, world } = await holding()
    expect(await look()).toMatchObject({ held: 7, freed: 0, refused: 0 })
    expect(await held()).toEqual(mornings(week))
    expect(await look()).toMatchObject({ held: 0, freed: 0, refused: 0 })
    const { claims } = await readHorizon({ workspaceId, span: { startMs: friday, endMs: friday + 8 * dayMs } }, world)
    expect(claims).toHaveLength(7)
    expect(claims[0]).toMatchObject({ held: true, inUse: false, units: 1 })
    expect(claims[0]?.by).toMatch(/^sch_/)
  })

  test('as far as it says; not at all, or so many times as are held at most', async () => {
    const two = await holding({ holdAheadDays: 2 })
    await two.look()
    expect(await two.held()).toEqual(mornings([21, 22]))
    const none = await holding({ holdAheadDays: 0 })
    await none.look()
    expect(await none.held()).toEqual([])
    const often = await holding({ rule: { kind: 'rate', every: 2, unit: 'minute' } })
    await often.look()
    expect(await often.held()).toHaveLength(50)
  })

  test('further every day, also when nobody looked for days', async () => {
    const { look, held, setClock } = await holding()
    await look()
    setClock(friday + dayMs)
    expect(await look()).toMatchObject({ held: 1 })
    setClock(friday + 5 * dayMs)
    await look()
    expect((await held()).slice(-7)).toEqual([
      '2026-11-26T08:00',
      '2026-11-27T08:00',
      '2026-11-28T08:00',
      '2026-11-29T08:00',
      '2026-11-30T08:00',
      '2026-12-01T08:00',
      '2026-12-02T08:00',
    ])
  })

  test('two that look at the same moment hold once', async () => {
    const { world, held } = await holding()
    await Promise.all([holdAllAhead(workspaceId, world), holdAllAhead(workspaceId, world)])
    expect(await held()).toEqual(mornings(week))
  })
})

describe('what stands in the way of a hold', () => {
  test('is a conflict that is told the moment it is known, and gone when it is gone', async () => {
    const { look, held, book, conflicts, world, setClock, created } = await holding()
    const booking = await book('2026-11-23T07:30Z', 1)
    await look()
    expect(await held()).toEqual(mornings(week.filter((day) => day !== 23)))
    const [conflict, ...others] = await conflicts()
    expect(others).toEqual([])
    expect(conflict).toMatchObject({
      type: 'not-held',
      severity: 'error',
      reservationIds: [booking.id],
      time: { scheduleId: created.id, scheduledTime: '2026-11-23T08:00:00.000Z' },
    })
    expect(conflict?.message).toContain('kim')
    for (const to of ['kim', 'managers'])
      expect((await world.store.notices(workspaceId, to, { limit: 5 })).items).toMatchObject([
        { event: 'conflict.detected' },
      ])
    await cancelReservation({ workspaceId, id: booking.id, actor, role: 'manager', note: 'Too early' }, world)
    setClock(friday + 11 * 60_000)
    await look()
    expect(await held()).toEqual(mornings(week))
    expect(await conflicts()).toEqual([])
    expect(await world.store.get('conflict', { workspaceId, id: conflict?.id ?? '' })).toMatchObject({
      status: 'resolved',
      resolution: { kind: 'gone' },
    })
  })

  test('is told of once, however many times it takes', async () => {
    const { look, conflicts, book, world } = await holding({ rule: { kind: 'rate', every: 1, unit: 'hour' } })
    await book('2026-11-20T12:30Z', 24)
    await look()
    expect((await conflicts()).length).toBeGreaterThan(20)
    expect((await world.store.notices(workspaceId, 'managers', { limit: 50 })).items).toHaveLength(1)
  })

  test('people cannot book what is held, and are told for what', async () => {
    const { look, book, created } = await holding()
    await look()
    await expect(book('2026-11-23T07:30Z', 1)).rejects.toMatchObject({
      code: 'asset_busy',
      reasons: [{ facts: { heldBy: [{ by: created.id }], nextOption: { start: '2026-11-23T08:01:00.000Z' } } }],
    })
  })
})

describe('holds follow their schedule', () => {
  test('to another time', async () => {
    const { look, held, address, world } = await holding()
    await look()
    await changeSchedule({ ...address, patch: { rule: { kind: 'cron', expression: '30 11 * * ? *' } } }, world)
    expect(await look()).toMatchObject({ held: 7, freed: 7 })
    expect(await held()).toEqual(week.map((day) => `2026-11-${day}T10:30`))
  })

  test('away while it is paused, and back', async () => {
    const { look, held, address, world } = await holding()
    await look()
    await pauseSchedule({ ...address, note: 'Repair' }, world)
    await look()
    expect(await held()).toEqual([])
    await resumeSchedule({ ...address, note: 'Repaired' }, world)
    await look()
    expect(await held()).toEqual(mornings(week))
  })

  test('without a time that is skipped', async () => {
    const { look, held, address, world } = await holding()
    await look()
    await skipTime({ ...address, at: '2026-11-24T09:00', note: 'Visitors' }, world)
    await look()
    expect(await held()).toEqual(mornings(week.filter((day) => day !== 24)))
  })

  test.each(['archived', 'deleted'] as const)('away when it is %s', async (how) => {
    const { look, held, address, world } = await holding()
    await look()
    await (how === 'archived' ? archiveSchedule({ ...address, note: 'Old' }, world) : deleteSchedule(address, world))
    await look()
    expect(await held()).toEqual([])
  })

  test('to what its protocol asks for now', async () => {
    const { look, reservations, world, setClock, created } = await holding()
    await look()
    await changeProtocol(
      { workspaceId, id: created.protocolId, actor, version: 'any', patch: { expectedDurationSeconds: 7_200 } },
      world,
    )
    setClock(friday + 7 * 3_600_000)
    await look()
    expect((await reservations()).map(({ status, end }) => [status, end.slice(0, 16)])).toEqual(
      week.map((day) => ['held', `2026-11-${day}T10:00`]),
    )
  })
})

describe('when the time has come', () => {
  test('the hold becomes the claim of the run', async () => {
    const { look, fire, world, reservations, assetId } = await holding()
    const agent = await enrolAgent({ workspaceId, actor, name: 'Room' }, world)
    await changeAsset({ workspaceId, id: assetId, actor, version: 'any', patch: { agentId: agent.id } }, world)
    await look()
    const [hold] = await reservations()
    const prepared = await fire('2026-11-21T08:00:00.000Z')
    expect(prepared.action).toBe('drive')
    const [claim] = await reservations()
    expect(claim).toMatchObject({ id: hold?.id, status: 'active', source: { kind: 'run' } })
    expect(claim).not.toHaveProperty('expiresAt')
    const [ledger] = await world.store.ledger(workspaceId, [{ assetId, days: ['2026-11-21'] }])
    expect(Object.keys(ledger?.open.claims ?? {})).toEqual([hold?.id])
    expect(ledger?.days[0]?.claims).toEqual({})
  })

  test('a firing that comes late starts all the same beside what is booked right after the hold', async () => {
    const { look, fire, world, book, assetId } = await holding()
    const agent = await enrolAgent({ workspaceId, actor, name: 'Room' }, world)
    await changeAsset({ workspaceId, id: assetId, actor, version: 'any', patch: { agentId: agent.id } }, world)
    await look()
    await book('2026-11-21T08:01:00Z', 1)
    expect((await fire('2026-11-21T08:00:00.000Z', 40)).action).toBe('drive')
  })

  test('a run that does not drive gives its hold back at once', async () => {
    const { look, fire, reservations } = await holding()
    await look()
    expect((await fire('2026-11-21T08:00:00.000Z')).action).toBe('end')
    expect((await reservations())[0]).toMatchObject({ status: 'cancelled', endedBecause: 'not-used' })
  })

  test('a hold that nobody came for expires by itself', async () => {
    const { look, reservations, setClock, world } = await holding()
    await look()
    setClock('2026-11-21T09:00:00.000Z')
    await lookAtReservations(workspaceId, world)
    expect((await reservations())[0]).toMatchObject({ status: 'expired' })
  })
})
