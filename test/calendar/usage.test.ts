import { describe, expect, test } from 'vitest'
import { readUsage } from '#application/insight/usage.ts'
import { checkIn, checkOut } from '#application/reservations/check-in.ts'
import { openingHoursSchema, weekdays } from '#domain/assets/opening-hours.ts'
import { at, createCalendarLab, workspaceId } from './bench-lab.ts'

const hour = 3_600
const span = (from: number, to: number) => ({ startMs: Date.parse(at(from)), endMs: Date.parse(at(to)) })

describe('what became of the time of an asset', () => {
  test('adds up: open is booked and idle; used, no-shows and top holders by who', async () => {
    const { asset, book, address, world, setClock, tick } = await createCalendarLab()
    const id = await asset({
      openingHours: openingHoursSchema.parse({
        timeZone: 'UTC',
        week: Object.fromEntries(weekdays.map((day) => [day, [{ from: '12:00', to: '22:00' }]])),
      }),
      bookingRules: { checkInGraceMinutes: 30 },
    })
    const used = await book('kim', id, 1, 3)
    await book('lee', id, 4, 6)
    setClock(1)
    await checkIn(address(used.id, 'kim'), world)
    setClock(2.5)
    await checkOut(address(used.id, 'kim'), world)
    setClock(4.5)
    await tick()
    setClock(10)
    const usage = await readUsage({ workspaceId, span: span(0, 10), assetId: id }, world)
    expect(usage.assets[0]).toMatchObject({
      open: 10 * hour,
      booked: 4 * hour,
      used: 1.5 * hour,
      idle: 6 * hour,
      noShow: 2 * hour,
      noShows: 1,
      reservations: 2,
      utilisation: 0.15,
      bookedVersusUsed: 0.375,
      topHolders: [
        { by: 'kim', seconds: 2 * hour },
        { by: 'lee', seconds: 2 * hour },
      ],
    })
    expect(usage.total).toMatchObject({ booked: 4 * hour, used: 1.5 * hour })
  })

  test('counts units, cuts at the ends of the span, and stops at now', async () => {
    const { asset, book, world, setClock } = await createCalendarLab()
    const id = await asset({ capacity: 4 })
    await book('kim', [{ assetId: id, units: 2 }], 1, 5)
    setClock(4)
    const usage = await readUsage({ workspaceId, span: span(2, 8), assetId: id }, world)
    expect(usage.assets[0]).toMatchObject({ open: 8 * hour, booked: 4 * hour, used: 4 * hour, idle: 4 * hour })
  })
})
