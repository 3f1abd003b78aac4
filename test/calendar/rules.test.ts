import { describe, expect, test } from 'vitest'
import { judgeBooking } from '#application/reservations/book-reservation.ts'
import { changeReservation } from '#application/reservations/change-reservation.ts'
import { confirmReservation } from '#application/reservations/confirm-reservation.ts'
import { capabilityNeedSchema, capabilitySchema, satisfies } from '#domain/assets/capability.ts'
import { openingHoursSchema } from '#domain/assets/opening-hours.ts'
import { periodOf, useOf } from '#domain/rules/quota.ts'
import { instantOf } from '#domain/time.ts'
import { at, brokenBy, createCalendarLab, workspaceId } from './bench-lab.ts'

const weekdays9to17 = openingHoursSchema.parse({
  timeZone: 'UTC',
  week: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, [{ from: '09:00', to: '17:00' }]]),
  ),
})

describe('the rules of an asset', () => {
  test('are told all at once, each with its facts and who may override it', async () => {
    const { asset, book } = await createCalendarLab()
    const id = await asset({
      openingHours: weekdays9to17,
      bookingRules: { maximumMinutes: 60, granularityMinutes: 30, noticeMinutes: 120, openAheadDays: 1 },
    })
    const refused = book('kim', id, 72.25, 76)
    await expect(refused).rejects.toMatchObject({ code: 'against_rules' })
    expect(await brokenBy(refused)).toEqual(['too-long', 'off-grid', 'too-early'])
    const error = await refused.catch((caught) => caught)
    for (const reason of error.reasons) {
      expect(reason).toMatchObject({ severity: 'soft', facts: { assetId: id } })
      expect(['operator', 'manager']).toContain(reason.overridableBy)
    }
  })

  test.each([
    ['too-short', { minimumMinutes: 60 }, 2, 2.5],
    ['too-long', { maximumMinutes: 60 }, 2, 4],
    ['off-grid', { granularityMinutes: 60 }, 2.5, 3.5],
    ['short-notice', { noticeMinutes: 180 }, 2, 3],
    ['too-early', { openAheadDays: 1 }, 30, 31],
  ])('%s', async (code, bookingRules, from, to) => {
    const { asset, book } = await createCalendarLab()
    expect(await brokenBy(book('kim', await asset({ bookingRules }), from, to))).toEqual([code])
  })

  test('come from its type, and its own go before those', async () => {
    const { asset, book, rule } = await createCalendarLab()
    const { id: typeId } = await rule('assetType', {
      name: 'Readers',
      bookingRules: { maximumMinutes: 60, minimumMinutes: 30 },
    })
    const slow = await asset({ typeId })
    const own = await asset({ typeId, bookingRules: { maximumMinutes: 240 } })
    expect(await brokenBy(book('kim', slow, 2, 4))).toEqual(['too-long'])
    expect(await brokenBy(book('kim', own, 2, 4))).toEqual([])
    expect(await brokenBy(book('kim', own, 5, 5.25))).toEqual(['too-short'])
  })

  test('outside of the opening hours: when it is open, and what is free then', async () => {
    const { asset, book } = await createCalendarLab()
    const id = await asset({ openingHours: weekdays9to17 })
    await expect(book('kim', id, 4, 6)).rejects.toMatchObject({
      reasons: [
        {
          code: 'closed',
          facts: {
            open: [
              { start: at(4), end: at(5) },
              { start: at(69), end: at(77) },
              { start: at(93), end: at(101) },
            ],
            nextOption: { start: at(69), end: at(71) },
          },
        },
      ],
    })
  })

  test('buffers and changeovers keep neighbours apart, also across midnight', async () => {
    const { asset, book } = await createCalendarLab()
    const id = await asset({
      bookingRules: { bufferAfterMinutes: 30 },
      changeovers: [{ from: 'wet', to: 'dry', minutes: 60 }],
    })
    await book('kim', id, 10, 12, { setup: 'wet' })
    expect(await brokenBy(book('lee', id, 12, 13))).toEqual(['too-close'])
    expect(await brokenBy(book('lee', id, 12.5, 13, { setup: 'dry' }))).toEqual(['too-close'])
    expect(await brokenBy(book('lee', id, 9, 10))).toEqual(['too-close'])
    await book('lee', id, 13.5, 14, { setup: 'dry' })
    await book('lee', id, 8, 9.5)
  })

  test('exactly touching is free; a zero length, or an end before its start, is none', async () => {
    const { asset, book } = await createCalendarLab()
    const id = await asset()
    await book('kim', id, 2, 4)
    await book('kim', id, 4, 5)
    await book('kim', id, 1, 2)
    expect(await brokenBy(book('kim', id, 6, 6))).toEqual(['empty-interval'])
    expect(await brokenBy(book('kim', id, 7, 6))).toEqual(['empty-interval'])
    expect(await brokenBy(book('kim', id, -2, -1))).toEqual(['in-the-past'])
  })
})

describe('overriding', () => {
  const long = { codes: ['too-long'], reason: 'A visitor from far away' }

  test('needs the role, is recorded with its reason, and covers the codes that it names', async () => {
    const { asset, book } = await createCalendarLab()
    const id = await asset({ bookingRules: { maximumMinutes: 60, noticeMinutes: 240 } })
    expect(await brokenBy(book('kim', id, 2, 4, { override: long }))).toEqual(['too-long', 'short-notice'])
    expect(await brokenBy(book('boss', id, 2, 4, { override: long }))).toEqual(['short-notice'])
    const booked = await book('boss', id, 6, 8, { override: long })
    expect(booked.overrides).toEqual([{ ...long, by: 'boss', at: at(0) }])
  })

  test('never reaches what is hard', async () => {
    const { asset, book } = await createCalendarLab()
    const id = await asset()
    const all = { codes: ['above-capacity', 'in-the-past', 'empty-interval'], reason: 'Because' }
    expect(await brokenBy(book('boss', [{ assetId: id, units: 2 }], 2, 3, { override: all }))).toEqual([
      'above-capacity',
    ])
  })

  test('stands for a time as a waiver, for whom and on what it says', async () => {
    const { asset, book, rule, setClock } = await createCalendarLab()
    const [id, other] = [
      await asset({ bookingRules: { maximumMinutes: 60 } }),
      await asset({ bookingRules: { maximumMinutes: 60 } }),
    ]
    await rule('waiver', {
      name: 'Long runs',
      codes: ['too-long'],
      subject: 'kim',
      assetIds: [id],
      reason: 'A thesis',
      expiresAt: at(10),
    })
    expect(await brokenBy(book('kim', id, 2, 4))).toEqual([])
    expect(await brokenBy(book('lee', id, 5, 8))).toEqual(['too-long'])
    expect(await brokenBy(book('kim', other, 2, 4))).toEqual(['too-long'])
    setClock(11)
    expect(await brokenBy(book('kim', id, 12, 14))).toEqual(['too-long'])
  })

  test('a dry run tells the same, and what is waived by whom', async () => {
    const { asset, world, as } = await createCalendarLab()
    const id = await asset({ bookingRules: { maximumMinutes: 60 } })
    const booking = {
      workspaceId,
      ...as('boss'),
      assets: [{ assetId: id, units: 1 }],
      start: at(2),
      end: at(4),
      override: long,
    }
    const { violations } = await judgeBooking(booking, world)
    expect(violations).toMatchObject([{ code: 'too-long', waivedBy: 'boss' }])
    expect((await world.store.list('reservation', workspaceId, { limit: 5 })).items).toEqual([])
  })

  test('what needs approval is held until somebody with the role confirms it', async () => {
    const { asset, book, address, world, tick, setClock, stored } = await createCalendarLab()
    const id = await asset({ bookingRules: { bookableBy: 'operator' } })
    const asked = await book('kim', id, 20, 22)
    expect(asked).toMatchObject({ status: 'held', needsApprovalBy: 'operator', expiresAt: at(20) })
    await expect(confirmReservation(address(asked.id, 'kim'), world)).rejects.toMatchObject({ code: 'forbidden' })
    const confirmed = await confirmReservation(address(asked.id, 'ops'), world)
    expect(confirmed).toMatchObject({ status: 'confirmed', confirmedBy: 'ops' })
    const never = await book('lee', id, 30, 31)
    setClock(30)
    await tick()
    expect(await stored(never.id)).toMatchObject({ status: 'expired', endedBecause: 'not-confirmed' })
  })
})

describe('limits and quotas', () => {
  test('open bookings and hours of a week, of one person on one asset', async () => {
    const { asset, book } = await createCalendarLab()
    const few = await asset({ bookingRules: { maxOpenBookings: 2 } })
    await book('kim', few, 2, 3)
    await book('kim', few, 4, 5)
    expect(await brokenBy(book('kim', few, 6, 7))).toEqual(['too-many-open'])
    expect(await brokenBy(book('lee', few, 6, 7))).toEqual([])
    const hours = await asset({ bookingRules: { maxHoursPerWeek: 4 } })
    await book('kim', hours, 2, 5)
    expect(await brokenBy(book('kim', hours, 6, 8))).toEqual(['week-used-up'])
    // The next week begins on Monday.
    expect(await brokenBy(book('kim', hours, 70, 73))).toEqual([])
  })

  test.each([
    ['person', { of: 'person' as const }, ['kim', 'kim'], ['lee']],
    ['group', { of: 'group' as const, who: 'chemistry' }, ['kim', 'lee'], ['boss']],
  ])('of a %s', async (_name, of, same, other) => {
    const { asset, book, rule } = await createCalendarLab()
    const id = await asset()
    await rule('quota', { name: 'Two hours', ...of, unit: 'hours', limit: 2, per: 'day', timeZone: 'UTC' })
    await book(same[0] ?? '', id, 2, 3.5)
    const refused = book(same[1] ?? '', id, 4, 5)
    expect(await brokenBy(refused)).toEqual(['quota-exceeded'])
    await expect(refused).rejects.toMatchObject({
      reasons: [{ facts: { used: 1.5, asked: 1, limit: 2, renewedAt: at(12) } }],
    })
    expect(await brokenBy(book(other[0] ?? '', id, 4, 5))).toEqual([])
    expect(await brokenBy(book(same[1] ?? '', id, 13, 14))).toEqual([])
  })

  test('count what is moved where it is then, and nothing that was given back', async () => {
    const { asset, book, rule, address, world } = await createCalendarLab()
    const id = await asset()
    await rule('quota', { name: 'One a day', of: 'person', unit: 'bookings', limit: 1, per: 'day', timeZone: 'UTC' })
    const first = await book('kim', id, 2, 3)
    expect(await brokenBy(book('kim', id, 4, 5))).toEqual(['quota-exceeded'])
    await changeReservation({ ...address(first.id, 'kim'), patch: { start: at(26), end: at(27) } }, world)
    await book('kim', id, 4, 5)
    expect(await brokenBy(book('kim', id, 28, 29))).toEqual(['quota-exceeded'])
  })

  test('two requests at once do not both get the last of a quota', async () => {
    const { asset, book, rule } = await createCalendarLab()
    const ids = [await asset(), await asset(), await asset()]
    await rule('quota', { name: 'One a day', of: 'person', unit: 'bookings', limit: 1, per: 'day', timeZone: 'UTC' })
    const answers = await Promise.all(ids.map((id) => brokenBy(book('kim', id, 2, 3))))
    expect(answers.filter((codes) => codes.length === 0)).toHaveLength(1)
  })

  test('periods follow the clocks of their zone; fair share fades', () => {
    const berlin = (per: 'day' | 'week' | 'month') => {
      const { startMs, endMs } = periodOf({ per, timeZone: 'Europe/Berlin' }, Date.parse('2026-10-25T12:00Z'))
      return [instantOf(startMs), instantOf(endMs)].map((text) => text.slice(0, 16))
    }
    expect(berlin('day')).toEqual(['2026-10-24T22:00', '2026-10-25T23:00'])
    expect(berlin('week')).toEqual(['2026-10-18T22:00', '2026-10-25T23:00'])
    expect(berlin('month')).toEqual(['2026-09-30T22:00', '2026-10-31T23:00'])
    const fair = { unit: 'hours', per: 'week', timeZone: 'UTC', halfLifeDays: 7 } as const
    const day = 86_400_000
    const entry = (daysAgo: number) => ({
      startMs: 100 * day - daysAgo * day,
      endMs: 100 * day - daysAgo * day + 4 * 3_600_000,
      assetIds: [],
    })
    expect(useOf(fair, [entry(0), entry(7), entry(14)], 100 * day, () => true)).toBeCloseTo(4 + 2 + 1)
    expect(useOf(fair, [entry(60)], 100 * day, () => true)).toBe(0)
  })
})

describe('what an asset can do', () => {
  test.each([
    [['pipetting'], 'pipetting', true],
    [['pipetting'], 'reading', false],
    [['volume: 1000 ul'], 'volume', true],
    [['volume: 1000 ul'], 'volume >= 500 ul', true],
    [['volume: 1000 ul'], 'volume >= 1500 ul', false],
    [['volume: 1000 ul'], 'volume >= 1 ml', false],
    [['temperature: -80 C'], 'temperature <= -20 C', true],
    [['mode: dry'], 'mode: dry', true],
    [['mode: dry'], 'mode: wet', false],
  ] as const)('%o and %s: %s', (capabilities, need, does) => {
    expect(capabilities.every((one) => capabilitySchema.safeParse(one).success)).toBe(true)
    expect(capabilityNeedSchema.safeParse(need).success).toBe(true)
    expect(satisfies(capabilities, need)).toBe(does)
  })

  test('the system picks the least used that can, and says why that one', async () => {
    const { asset, book, rule } = await createCalendarLab()
    const [a, b, c] = [
      await asset({ name: 'A', capabilities: ['volume: 200 ul'] }),
      await asset({ name: 'B', capabilities: ['volume: 1000 ul'] }),
      await asset({ name: 'C', capabilities: ['volume: 1000 ul'] }),
    ]
    await book('kim', b, 4, 9)
    const picked = await book('lee', [{ capability: 'volume >= 500 ul', units: 1 }], 2, 3)
    expect(picked.assets).toEqual([{ assetId: c, units: 1 }])
    expect(picked.picked).toEqual([{ assetId: c, because: '"C" is free. It is the least used around that time.' }])
    const { id: groupId } = await rule('assetGroup', { name: 'All', assetIds: [a, b, c] })
    const three = await book(
      'lee',
      Array.from({ length: 2 }, () => ({ groupId, units: 1 })),
      2,
      3,
    )
    expect(new Set(three.assets.map(({ assetId }) => assetId))).toEqual(new Set([a, b]))
    await expect(book('lee', [{ groupId, units: 1 }], 2, 3)).rejects.toMatchObject({ code: 'asset_busy' })
    expect(await brokenBy(book('lee', [{ capability: 'teleport', units: 1 }], 2, 3))).toEqual(['unknown-asset'])
  })
})
