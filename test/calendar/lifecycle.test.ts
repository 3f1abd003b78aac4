import { describe, expect, test } from 'vitest'
import { changeAsset } from '#application/assets/change-asset.ts'
import { detectAllConflicts } from '#application/conflicts/detect-conflicts.ts'
import { resolveConflict } from '#application/conflicts/resolve-conflict.ts'
import { settleConflicts } from '#application/conflicts/settle-conflicts.ts'
import { suggestResolutions } from '#application/conflicts/suggest.ts'
import { announceOutage, cancelOutage } from '#application/outages/announce-outage.ts'
import { previewOutage } from '#application/outages/impact.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { changeReservation } from '#application/reservations/change-reservation.ts'
import { checkIn, checkOut } from '#application/reservations/check-in.ts'
import { confirmReservation } from '#application/reservations/confirm-reservation.ts'
import { transferReservation } from '#application/reservations/transfer-reservation.ts'
import { cancelSeries } from '#application/series/cancel-series.ts'
import { createSeries } from '#application/series/create-series.ts'
import { joinWaitlist, leaveWaitlist } from '#application/waitlist/join-waitlist.ts'
import { serveWaitlist } from '#application/waitlist/offer-time.ts'
import { openingHoursSchema } from '#domain/assets/opening-hours.ts'
import { mostClaimsPerDay } from '#domain/reservations/ledger.ts'
import { at, brokenBy, createCalendarLab, workspaceId } from './bench-lab.ts'

const note = 'Because'

describe('a hold', () => {
  test('that expired cannot be confirmed, and its time is free', async () => {
    const { asset, book, address, world, setClock, tick, stored, told } = await createCalendarLab()
    const id = await asset()
    const hold = await book('kim', id, 5, 6, { holdMinutes: 30 })
    expect(await brokenBy(book('lee', id, 5, 6))).toEqual(['asset-busy'])
    setClock(0.5)
    await expect(confirmReservation(address(hold.id, 'kim'), world)).rejects.toMatchObject({
      code: 'invalid_state',
      message: expect.stringContaining('expired'),
    })
    await book('lee', id, 5, 6)
    await tick()
    expect(await stored(hold.id)).toMatchObject({ status: 'expired' })
    expect(await told('kim')).toEqual(['reservation.expired'])
  })
})

describe('changing a booking', () => {
  test('extends up to a neighbour and not over it; nothing is half done', async () => {
    const { asset, book, address, world, stored } = await createCalendarLab()
    const [id, other] = [await asset(), await asset()]
    const mine = await book(
      'kim',
      [
        { assetId: id, units: 1 },
        { assetId: other, units: 1 },
      ],
      2,
      4,
    )
    await book('lee', other, 5, 6)
    const to = (hour: number) => changeReservation({ ...address(mine.id, 'kim'), patch: { end: at(hour) } }, world)
    expect((await to(5)).end).toBe(at(5))
    const before = await stored(mine.id)
    expect(await brokenBy(to(5.5))).toEqual(['asset-busy'])
    expect(await stored(mine.id)).toEqual(before)
    await book('lee', id, 5, 6)
  })

  test('moves over midnight and over the end of a month, and frees where it was', async () => {
    const { asset, book, address, world } = await createCalendarLab()
    const id = await asset()
    const mine = await book('kim', id, 2, 4)
    // From the evening of 30 November into 1 December.
    await changeReservation(
      { ...address(mine.id, 'kim'), patch: { start: at(24 * 10 + 11), end: at(24 * 10 + 13) } },
      world,
    )
    await book('lee', id, 2, 4)
    expect(await brokenBy(book('lee', id, 24 * 10 + 12, 24 * 10 + 12.5))).toEqual(['asset-busy'])
    const [ledger] = await world.store.ledger(workspaceId, [
      { assetId: id, days: ['2026-11-20', '2026-11-30', '2026-12-01'] },
    ])
    expect(ledger?.days.map(({ claims }) => Object.keys(claims).includes(mine.id))).toEqual([false, true, true])
  })

  test('needs to be the owner’s, or a manager’s, and tells the owner', async () => {
    const { asset, book, address, world, told } = await createCalendarLab()
    const mine = await book('kim', await asset(), 2, 4)
    await expect(changeReservation({ ...address(mine.id, 'lee'), patch: { end: at(3) } }, world)).rejects.toMatchObject(
      { code: 'forbidden' },
    )
    await changeReservation({ ...address(mine.id, 'boss'), patch: { end: at(3) } }, world)
    expect(await told('kim')).toEqual(['reservation.moved'])
  })

  test('transfers it with its lineage, and counts for the new owner', async () => {
    const { asset, book, address, world, rule } = await createCalendarLab()
    const id = await asset()
    await rule('quota', { name: 'One', of: 'person', unit: 'bookings', limit: 1, per: 'day', timeZone: 'UTC' })
    const mine = await book('kim', id, 2, 3)
    await book('lee', id, 4, 5)
    const give = (to: string) => transferReservation({ ...address(mine.id, 'kim'), to, note }, world)
    expect(await brokenBy(give('lee'))).toEqual(['quota-exceeded'])
    expect(await brokenBy(give('nobody'))).toEqual(['unknown-member'])
    const given = await give('ops')
    expect(given).toMatchObject({ source: { subject: 'ops' }, transfers: [{ from: 'kim', to: 'ops', by: 'kim' }] })
    await book('kim', id, 6, 7)
  })
})

describe('using what was booked', () => {
  test('nobody came: the time is given back a minute after the grace, and the first in line gets it', async () => {
    const { asset, book, world, setClock, tick, stored, told, as } = await createCalendarLab()
    const id = await asset({ bookingRules: { checkInGraceMinutes: 30 } })
    const mine = await book('kim', id, 2, 6)
    const waits = await joinWaitlist(
      {
        workspaceId,
        actor: as('lee').actor,
        wish: { assets: [{ assetId: id, units: 1 }], durationMinutes: 120, from: at(2), to: at(6), holdMinutes: 45 },
      },
      world,
    )
    expect((await serveWaitlist(workspaceId, world)).offered).toBe(0)
    setClock(2.5)
    expect(await tick()).toMatchObject({ noShows: 1 })
    await serveWaitlist(workspaceId, world)
    expect(await stored(mine.id)).toMatchObject({ status: 'released', endedBecause: 'no-show' })
    const entry = await world.store.get('waitlistEntry', { workspaceId, id: waits.id })
    expect(entry).toMatchObject({ status: 'offered', offer: { start: at(2.5), end: at(4.5), expiresAt: at(3.25) } })
    expect([await told('kim'), await told('lee')]).toEqual([['reservation.no-show'], ['waitlist.offered']])
  })

  test('check-in from a quarter of an hour before; it counts until check-out, and what follows is warned', async () => {
    const { asset, book, address, world, setClock, tick, stored, told } = await createCalendarLab()
    const id = await asset({ bookingRules: { checkInGraceMinutes: 30 } })
    const mine = await book('kim', id, 2, 3)
    const next = await book('lee', id, 3, 4)
    setClock(1)
    await expect(checkIn(address(mine.id, 'kim'), world)).rejects.toMatchObject({ code: 'invalid_state' })
    setClock(1.75)
    expect(await checkIn(address(mine.id, 'kim'), world)).toMatchObject({ status: 'active', startedAt: at(1.75) })
    setClock(3.05)
    expect(await tick()).toMatchObject({ overrun: 1 })
    expect(await brokenBy(checkIn(address(next.id, 'lee'), world))).toEqual(['asset-busy'])
    const [conflict] = (await world.store.openConflicts(workspaceId, { limit: 5 })).items
    expect(conflict).toMatchObject({ type: 'overrun', reservationIds: [next.id, mine.id] })
    expect(await told('lee')).toEqual(['conflict.detected'])
    expect(await tick()).toMatchObject({ overrun: 0 })
    await checkOut({ ...address(mine.id, 'kim'), note }, world)
    expect(await stored(mine.id)).toMatchObject({ status: 'released', endedAt: at(3.05), endedBecause: 'late' })
    expect((await world.store.openConflicts(workspaceId, { limit: 5 })).items).toEqual([])
    await checkIn(address(next.id, 'lee'), world)
  })

  test('released early, the rest is free at once', async () => {
    const { asset, book, address, world, setClock } = await createCalendarLab()
    const id = await asset()
    const mine = await book('kim', id, 2, 6)
    setClock(3)
    expect(await brokenBy(book('lee', id, 4, 5))).toEqual(['asset-busy'])
    expect(await checkOut(address(mine.id, 'kim'), world)).toMatchObject({ status: 'released', endedBecause: 'early' })
    await book('lee', id, 4, 5)
  })
})

describe('the waitlist', () => {
  test('serves whoever asked first, goes on when an offer lapses, and takes back what is not wanted', async () => {
    const { asset, book, world, setClock, tick, as, address } = await createCalendarLab()
    const id = await asset()
    const mine = await book('boss', id, 2, 4)
    const wish = { assets: [{ assetId: id, units: 1 }], durationMinutes: 120, from: at(2), to: at(4), holdMinutes: 20 }
    const first = await joinWaitlist({ workspaceId, actor: as('kim').actor, wish }, world)
    const second = await joinWaitlist({ workspaceId, actor: as('lee').actor, wish }, world)
    const status = async (of: typeof first) =>
      (await world.store.get('waitlistEntry', { workspaceId, id: of.id }))?.status
    await cancelReservation({ ...address(mine.id, 'boss'), note }, world)
    expect([await status(first), await status(second)]).toEqual(['offered', 'waiting'])
    setClock(0.5)
    await tick()
    await serveWaitlist(workspaceId, world)
    expect([await status(first), await status(second)]).toEqual(['lapsed', 'offered'])
    const left = await leaveWaitlist({ workspaceId, id: second.id, ...as('lee') }, world)
    expect(left.status).toBe('withdrawn')
    await book('ops', id, 2, 4)
    const third = await joinWaitlist({ workspaceId, actor: as('kim').actor, wish: { ...wish, to: at(9) } }, world)
    await serveWaitlist(workspaceId, world)
    const offered = await world.store.get('waitlistEntry', { workspaceId, id: third.id })
    await confirmReservation(address(offered?.offer?.reservationId ?? 'res_x', 'kim'), world)
    await serveWaitlist(workspaceId, world)
    expect(await status(third)).toBe('taken')
  })
})

describe('recurring bookings', () => {
  const weekly = (assetId: `ast_${string}`, more: object = {}) => ({
    assets: [{ assetId, units: 1 }],
    rule: { kind: 'cron' as const, expression: '0 9 ? * FRI *' },
    timeZone: 'Europe/Berlin',
    durationMinutes: 60,
    count: 3,
    mode: 'all' as const,
    ...more,
  })

  test('all or nothing: one that cannot be had books none, and all reasons are told', async () => {
    const { asset, book, world, as } = await createCalendarLab()
    const id = await asset()
    await book('lee', id, 24 * 14 - 4.5, 24 * 14 - 3.5)
    const refused = createSeries({ workspaceId, ...as('kim'), series: weekly(id) }, world)
    expect(await brokenBy(refused)).toEqual(['asset-busy'])
    const { items } = await world.store.list('reservation', workspaceId, { limit: 20 })
    expect(items.filter(({ status }) => status === 'held' || status === 'confirmed')).toHaveLength(1)
  })

  test('the best it can, with a report, at the same local time on both sides of a change', async () => {
    const { asset, book, world, as, stored, setClock } = await createCalendarLab()
    const id = await asset()
    await book('lee', id, 24 * 14 - 4.5, 24 * 14 - 3.5)
    const series = await createSeries(
      {
        workspaceId,
        ...as('kim'),
        series: weekly(id, { mode: 'best', count: 4, exceptions: [{ from: '2026-12-11', to: '2026-12-11' }] }),
      },
      world,
    )
    expect(series.times.map(({ start, problem }) => [start.slice(0, 16), problem !== undefined])).toEqual([
      ['2026-11-27T08:00', false],
      ['2026-12-04T08:00', true],
      ['2026-12-18T08:00', false],
      ['2026-12-25T08:00', false],
    ])
    for (const { reservationId } of series.times)
      if (reservationId) expect((await stored(reservationId)).status).toBe('confirmed')
    setClock(24 * 8)
    const cancelled = await cancelSeries({ workspaceId, id: series.id, ...as('kim'), note }, world)
    expect(cancelled.status).toBe('cancelled')
    const states = await Promise.all(
      series.times.flatMap(({ reservationId }) => (reservationId ? [stored(reservationId)] : [])),
    )
    expect(states.map(({ status }) => status)).toEqual(['confirmed', 'cancelled', 'cancelled'])
  })

  test('that overlap themselves, or name no time, are refused before anything is held', async () => {
    const { asset, world, as } = await createCalendarLab()
    const id = await asset()
    const make = (more: object) =>
      brokenBy(createSeries({ workspaceId, ...as('kim'), series: weekly(id, more) }, world))
    expect(await make({ rule: { kind: 'cron', expression: '0 * * * ? *' }, durationMinutes: 90 })).toEqual([
      'overlaps-itself',
    ])
    expect(await make({ endAt: at(1) })).toEqual(['no-times'])
    expect((await world.store.list('reservation', workspaceId, { limit: 5 })).items).toEqual([])
  })

  test('interrupted after it stands, the timekeeper confirms what is still held', async () => {
    const { asset, world, as, stored, setClock, tick } = await createCalendarLab()
    const id = await asset()
    const { store } = world
    let dead = false
    const dying = {
      ...world,
      store: {
        ...store,
        commit: async (...of: Parameters<typeof store.commit>) => {
          if (dead) throw new Error('the function is gone')
          const done = await store.commit(...of)
          dead = of[0].some((change) => change.type === 'put' && change.kind === 'series')
          return done
        },
      },
    }
    const series = await createSeries({ workspaceId, ...as('kim'), series: weekly(id) }, dying)
    const all = () => Promise.all(series.times.map(({ reservationId }) => stored(reservationId ?? 'res_x')))
    expect((await all()).map(({ status }) => status)).toEqual(['held', 'held', 'held'])
    setClock(0.1)
    await tick()
    expect((await all()).map(({ status }) => status)).toEqual(['confirmed', 'confirmed', 'confirmed'])
  })
})

describe('conflicts', () => {
  test('what was booked by force is one from the first moment, and is resolved by moving in one call', async () => {
    const { asset, book, world, as, stored, told } = await createCalendarLab()
    const id = await asset()
    const first = await book('kim', id, 2, 4)
    const forced = await book('boss', id, 3, 5, { override: { codes: ['asset-busy'], reason: 'The minister comes' } })
    const [conflict, ...more] = (await world.store.openConflicts(workspaceId, { limit: 5 })).items
    if (!conflict) throw new Error('there is a conflict')
    expect([conflict, more]).toMatchObject([
      { type: 'double-booked', severity: 'error', reservationIds: [forced.id, first.id], affected: ['boss', 'kim'] },
      [],
    ])
    expect(await told('kim')).toEqual(['conflict.detected'])
    expect(await detectAllConflicts(workspaceId, world)).toBe(0)
    const suggestions = await suggestResolutions(conflict, world)
    const move = suggestions.find(({ apply }) => apply.kind === 'move' && apply.reservationId === first.id)
    expect(move?.apply).toMatchObject({ start: at(5), end: at(7) })
    const input = {
      workspaceId,
      id: conflict.id,
      ...as('boss'),
      resolution: move?.apply ?? { kind: 'accept' as const },
      note: 'Sorry',
    }
    const resolved = await resolveConflict(input, world)
    expect(resolved).toMatchObject({ status: 'resolved', resolution: { kind: 'moved', by: 'boss', note: 'Sorry' } })
    expect(await stored(first.id)).toMatchObject({ start: at(5), end: at(7) })
    expect(await resolveConflict(input, world)).toEqual(resolved)
  })

  test.each([
    ['asset-unavailable', { status: 'maintenance' as const, statusNote: 'Lamp' }, { status: 'available' as const }],
    ['closed', { openingHours: openingHoursSchema.parse({ timeZone: 'UTC', week: {} }) }, { openingHours: null }],
    ['double-booked', { capacity: 1 }, { capacity: 2 }],
  ])('%s: found when an asset changes, gone when it changes back', async (type, change, back) => {
    const { asset, book, world, as } = await createCalendarLab()
    const id = await asset({ capacity: 2 })
    await book('kim', id, 2, 4)
    await book('lee', id, 3, 5)
    const apply = (patch: object) =>
      changeAsset({ workspaceId, id, actor: as('boss').actor, version: 'any', patch, force: true }, world)
    const open = async () => (await world.store.openConflicts(workspaceId, { limit: 9 })).items.map((one) => one.type)
    await apply(change)
    expect(new Set(await open())).toEqual(new Set([type]))
    expect(await detectAllConflicts(workspaceId, world)).toBe(0)
    await apply(back)
    expect(await open()).toEqual([])
  })

  test('are gone by themselves when their time has passed', async () => {
    const { asset, book, world, setClock } = await createCalendarLab()
    const id = await asset()
    await book('kim', id, 2, 4)
    await book('boss', id, 3, 5, { override: { codes: ['asset-busy'], reason: note } })
    setClock(6)
    expect(await settleConflicts({ workspaceId }, world)).toBe(1)
  })
})

describe('an outage', () => {
  test('previews what it hits and where that could go, and moves, cancels and tells in one action', async () => {
    const { asset, book, world, as, stored, told } = await createCalendarLab()
    const [id, alike] = [
      await asset({ capabilities: ['reading'] }),
      await asset({ name: 'Spare', capabilities: ['reading'] }),
    ]
    const [kims, lees, opss] = [await book('kim', id, 2, 4), await book('lee', id, 5, 6), await book('ops', id, 7, 8)]
    await book('kim', alike, 5, 6)
    const span = { startMs: Date.parse(at(1)), endMs: Date.parse(at(10)) }
    const { reservations } = await previewOutage({ workspaceId, assetIds: [id], span }, world)
    expect(reservations.map(({ reservation }) => reservation.id)).toEqual([kims.id, lees.id, opss.id])
    expect(reservations[0]?.suggestions[0]?.apply).toMatchObject({ kind: 'move', assetId: alike, start: at(2) })
    expect(reservations[1]?.suggestions[0]?.apply).toMatchObject({ kind: 'move', start: at(10) })
    const moves = [reservations[0]?.suggestions[0]?.apply, { kind: 'cancel' as const, reservationId: lees.id }].flatMap(
      (move) => move ?? [],
    )
    const announce = () =>
      announceOutage(
        { workspaceId, ...as('boss'), assetIds: [id], start: at(1), end: at(10), reason: 'New lamp', moves },
        world,
      )
    const outage = await announce()
    expect(outage.results).toEqual([
      { reservationId: kims.id, what: 'moved' },
      { reservationId: lees.id, what: 'cancelled' },
    ])
    expect(await stored(kims.id)).toMatchObject({ assets: [{ assetId: alike }] })
    expect(await announce()).toEqual(outage)
    expect(await brokenBy(book('kim', id, 8.5, 9))).toEqual(['asset-busy'])
    const open = (await world.store.openConflicts(workspaceId, { limit: 9 })).items
    expect(open.flatMap(({ reservationIds }) => reservationIds)).toContain(opss.id)
    expect(await told('ops')).toContain('outage.announced')
    await cancelOutage({ workspaceId, id: outage.id, ...as('boss'), note }, world)
    await book('kim', id, 8.5, 9)
    expect((await world.store.openConflicts(workspaceId, { limit: 9 })).items).toEqual([])
  })
})

describe('limits that are told before anything is written', () => {
  test('more assets over more days than a transaction takes', async () => {
    const { asset, book, world } = await createCalendarLab()
    const ids = await Promise.all(Array.from({ length: 20 }, () => asset()))
    const wanted = ids.map((assetId) => ({ assetId, units: 1 }))
    expect(await brokenBy(book('kim', wanted, 2, 24 * 4))).toEqual(['too-large'])
    expect(await brokenBy(book('kim', wanted, 2, 4))).toEqual([])
    expect((await world.store.list('reservation', workspaceId, { limit: 5 })).items).toHaveLength(1)
  })

  test('a day that is full says so long before the table would, and takes what replaces something', async () => {
    const { asset, book, world } = await createCalendarLab()
    const id = await asset({ capacity: 1_000 })
    const claims = Object.fromEntries(
      Array.from({ length: mostClaimsPerDay - 1 }, (_, index) => [
        `res_x${index}`,
        { startMs: 1, endMs: 2, units: 1, by: 'somebody' },
      ]),
    )
    for (const [index, [reservationId, claim]] of Object.entries(claims).entries())
      await world.store.commit([
        {
          type: 'claim',
          workspaceId,
          assetId: id,
          item: '2026-11-20',
          expect: index,
          reservationId: reservationId as 'res_x',
          claim,
        },
      ])
    await book('kim', id, 2, 3)
    const refused = book('lee', id, 4, 5)
    expect(await brokenBy(refused)).toEqual(['day-full'])
    await expect(refused).rejects.toMatchObject({ code: 'limit_exceeded' })
    await book('lee', id, 14, 15)
  })

  test('31 days and more at once, and beyond what can be booked', async () => {
    const { asset, book, setClock } = await createCalendarLab()
    const id = await asset()
    await book('kim', id, 1, 24 * 40)
    expect(await brokenBy(book('lee', id, 24 * 35, 24 * 35 + 1))).toEqual(['asset-busy'])
    expect(await brokenBy(book('lee', id, 24 * 89, 24 * 91))).toEqual(['beyond-horizon'])
    setClock(24)
    await book('lee', id, 24 * 89, 24 * 91)
  })
})
