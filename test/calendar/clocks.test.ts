import { describe, expect, test } from 'vitest'
import { openingHoursSchema } from '#domain/assets/opening-hours.ts'
import { instantsOf } from '#domain/zone.ts'
import { brokenBy, createCalendarLab } from './bench-lab.ts'

/** Days on which clocks are changed, and how many hours lie between 00:00 and 06:00 on their clocks. */
const changes = [
  ['Europe/Berlin', '2026-03-29', 5],
  ['Europe/Berlin', '2026-10-25', 7],
  ['America/New_York', '2026-03-08', 5],
  ['America/New_York', '2026-11-01', 7],
  ['Australia/Lord_Howe', '2026-04-05', 6.5],
  ['Australia/Lord_Howe', '2026-10-04', 5.5],
] as const

describe.each(changes)('in %s on %s', (zone, day, between) => {
  const noon = Date.UTC(2026, 10, 20, 12)
  /** Hours after the start of the laboratory's clock, of a time on the clocks of the zone. */
  const hour = (clock: string, which = 0): number => {
    const instants = instantsOf(zone, Date.parse(`${day}T${clock}:00Z`))
    return ((instants[which] ?? instants[0] ?? Number.NaN) - noon) / 3_600_000
  }
  const open = async (bookingRules: object) => {
    const lab = await createCalendarLab()
    lab.setClock(hour('00:00') - 24)
    const openingHours = openingHoursSchema.parse({
      timeZone: zone,
      week: { sunday: [{ from: '00:00', to: '06:00' }] },
    })
    return { ...lab, id: await lab.asset({ openingHours, bookingRules }) }
  }

  test('the hours that pass count, not those that the clocks show', async () => {
    const exact = await open({ maximumMinutes: between * 60 })
    expect(await brokenBy(exact.book('kim', exact.id, hour('00:00'), hour('06:00')))).toEqual([])
    const less = await open({ maximumMinutes: between * 60 - 1 })
    expect(await brokenBy(less.book('kim', less.id, hour('00:00'), hour('06:00')))).toEqual(['too-long'])
    expect(hour('06:00') - hour('00:00')).toBe(between)
  })

  test('the grid is that of the clocks before and after', async () => {
    const { book, id } = await open({ granularityMinutes: 60 })
    expect(await brokenBy(book('kim', id, hour('00:00'), hour('01:00')))).toEqual([])
    expect(await brokenBy(book('kim', id, hour('04:00'), hour('05:00')))).toEqual([])
    expect(await brokenBy(book('kim', id, hour('05:15'), hour('06:00')))).toEqual(['off-grid'])
  })

  test('the doors close by the clocks', async () => {
    const { book, id } = await open({})
    expect(await brokenBy(book('kim', id, hour('05:00'), hour('06:00') + 1 / 60))).toEqual(['closed'])
    expect(await brokenBy(book('kim', id, hour('00:00') - 1 / 60, hour('01:00')))).toEqual(['closed'])
    expect(await brokenBy(book('kim', id, hour('00:00'), hour('06:00')))).toEqual([])
  })
})
