import ICAL from 'ical.js'
import { describe, expect, test } from 'vitest'
import { makeFeed, revokeFeed } from '#application/feeds/make-feed.ts'
import { readFeed } from '#application/feeds/read-feed.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { changeReservation } from '#application/reservations/change-reservation.ts'
import { createSeries } from '#application/series/create-series.ts'
import { vcalendar } from '#domain/feeds/vcalendar.ts'
import { feedFunction } from '#functions/feeds/feed-function.ts'
import { eventOf } from '../api/call.ts'
import { at, createCalendarLab, workspaceId } from './bench-lab.ts'

const tokenOf = (path: string): string => path.split('/').at(-1) ?? ''

/** What a calendar program makes of a text: every event with every time of it, as moments. */
const parsed = (text: string) => {
  const calendar = new ICAL.Component(ICAL.parse(text))
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone))
  const found = calendar.getAllSubcomponents('vevent').flatMap((component) => {
    const event = new ICAL.Event(component)
    const expansion = event.iterator()
    const starts: string[] = []
    for (let next = expansion.next(); next && starts.length < 100; next = expansion.next()) {
      const { startDate, endDate } = event.getOccurrenceDetails(next)
      starts.push(`${startDate.toJSDate().toISOString()} ${endDate.toJSDate().toISOString()}`)
    }
    return starts.map((times) => ({
      times,
      summary: event.summary,
      uid: event.uid,
      status: component.getFirstPropertyValue('status'),
    }))
  })
  return found.toSorted((a, b) => (a.times < b.times ? -1 : 1))
}

const withFeed = async (of: Parameters<typeof makeFeed>[0]['of'] | 'first asset') => {
  const lab = await createCalendarLab()
  const assetId = await lab.asset({ name: 'Reader; "R2", old' })
  const feed = await makeFeed(
    { workspaceId, ...lab.as('kim'), name: 'Mine', of: of === 'first asset' ? { kind: 'asset', assetId } : of },
    lab.world,
  )
  return { ...lab, assetId, feed, read: () => readFeed(tokenOf(feed.path), lab.world) }
}

describe('a feed, as a calendar program reads it', () => {
  test('holds what stands and what was, by asset', async () => {
    const { book, assetId, asset, read, address, world } = await withFeed('first asset')
    const mine = await book('kim', assetId, 2, 4, { note: 'Plates: 1, 2;\nslow' })
    await book('lee', assetId, 5, 6, { holdMinutes: 30 })
    await book('lee', await asset(), 7, 8)
    const gone = await book('lee', assetId, 9, 10)
    await cancelReservation({ ...address(gone.id, 'lee'), note: 'No' }, world)
    const events = parsed(await read())
    expect(events).toMatchObject([
      {
        times: `${at(2)} ${at(4)}`,
        summary: 'Reader; "R2", old: kim',
        uid: `${mine.id}@${workspaceId}.benchtime`,
        status: 'CONFIRMED',
      },
      { times: `${at(5)} ${at(6)}`, status: 'TENTATIVE' },
    ])
  })

  test('holds what a person booked, and nobody else’s', async () => {
    const { book, assetId, read } = await withFeed({ kind: 'person', subject: 'kim' })
    await book('kim', assetId, 2, 4)
    await book('lee', assetId, 5, 6)
    await book('kim', assetId, 24 * 30, 24 * 30 + 1)
    expect(parsed(await read()).map(({ times }) => times.slice(0, 24))).toEqual([at(2), at(24 * 30)])
  })

  test.each([
    ['Europe/Berlin', '2026-10-17T09:00', 3, 2, '2026-10-10T00:00:00Z'],
    ['America/New_York', '2026-10-24T09:00', 3, 2, '2026-10-20T00:00:00Z'],
    ['Australia/Lord_Howe', '2026-09-26T09:00', 3, 2, '2026-09-20T00:00:00Z'],
  ])(
    'tells a series in %s as one recurring event, at the same local time over the change of the clocks',
    async (timeZone, _first, count, _after, now) => {
      const { as, assetId, read, world, setClock, stored, address } = await withFeed({ kind: 'workspace' })
      setClock((Date.parse(now) - Date.parse(at(0))) / 3_600_000)
      const series = await createSeries(
        {
          workspaceId,
          ...as('kim'),
          series: {
            assets: [{ assetId, units: 1 }],
            rule: { kind: 'cron', expression: '0 9 ? * SAT *' },
            timeZone,
            durationMinutes: 90,
            count: count + 2,
            mode: 'all',
          },
        },
        world,
      )
      const wanted = series.times.map(({ start, end }) => `${start} ${end}`)
      const text = await read()
      expect(parsed(text).map(({ times }) => times)).toEqual(wanted)
      expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1)
      expect(text).toContain(`DTSTART;TZID=${timeZone}:`)
      // One that was moved stands for itself.
      const [, second] = series.times
      const moved = await stored(second?.reservationId ?? 'res_x')
      const patch = {
        start: new Date(Date.parse(moved.start) + 3_600_000).toISOString(),
        end: new Date(Date.parse(moved.end) + 3_600_000).toISOString(),
      }
      await changeReservation({ ...address(moved.id, 'kim'), patch }, world)
      const after = await read()
      expect(after.match(/BEGIN:VEVENT/g)).toHaveLength(2)
      expect(parsed(after).map(({ times }) => times)).toEqual(wanted.with(1, `${patch.start} ${patch.end}`))
    },
  )

  test('is a text of lines of 75 octets at most, whatever the names', () => {
    const text = vcalendar('Ümläut ☂', [
      {
        uid: 'a',
        sequence: 1,
        stampMs: 0,
        startMs: 0,
        endMs: 60_000,
        summary: '☂'.repeat(200),
        description: 'a\nb',
        tentative: false,
      },
    ])
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(parsed(text)[0]?.summary).toBe('☂'.repeat(200))
  })
})

describe('the address of a feed', () => {
  test('answers with an ETag, and nothing again while nothing has changed', async () => {
    const { book, assetId, feed, world } = await withFeed('first asset')
    const answer = feedFunction(world)
    const ask = (etag?: string) =>
      answer(
        eventOf({ method: 'GET', path: feed.path, headers: etag ? { 'if-none-match': `W/${etag}, "x"` } : {} }),
        {} as never,
      )
    const first = await ask()
    expect(first).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/calendar; charset=utf-8' } })
    const etag = String(first.headers?.etag)
    expect(await ask(etag)).toMatchObject({ statusCode: 304, headers: { etag } })
    await book('kim', assetId, 2, 4)
    const after = await ask(etag)
    expect(after.statusCode).toBe(200)
    expect(after.headers?.etag).not.toBe(etag)
  })

  test('is told once, kept as a digest, and answers no more once it is revoked', async () => {
    const { feed, world, as, read } = await withFeed({ kind: 'workspace' })
    const [, , secret = ''] = tokenOf(feed.path).split('.')
    expect(secret).toHaveLength(32)
    const stored = JSON.stringify(await world.store.get('feed', { workspaceId, id: feed.id }))
    expect(stored).not.toContain(secret)
    const other = tokenOf(feed.path).replace(secret, 'A'.repeat(32))
    await expect(readFeed(other, world)).rejects.toMatchObject({ code: 'not_found' })
    await expect(revokeFeed({ workspaceId, id: feed.id, ...as('lee') }, world)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await revokeFeed({ workspaceId, id: feed.id, ...as('kim') }, world)
    const gone = await read().catch((error) => error.message)
    expect(gone).toBe(await readFeed(other, world).catch((error) => error.message))
  })

  test('of somebody who left the workspace shows nothing any more', async () => {
    const { world, read } = await withFeed({ kind: 'workspace' })
    expect(await read()).toContain('BEGIN:VCALENDAR')
    const key = { workspaceId, subject: 'kim' }
    await world.store.commit([{ type: 'remove', kind: 'member', key, expect: 1 }])
    await expect(read()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('of somebody else needs a manager', async () => {
    const { world, as } = await withFeed({ kind: 'workspace' })
    const make = (subject: string) =>
      makeFeed({ workspaceId, ...as(subject), name: 'Lee', of: { kind: 'person', subject: 'lee' } }, world)
    await expect(make('kim')).rejects.toMatchObject({ code: 'forbidden' })
    expect((await make('boss')).of).toEqual({ kind: 'person', subject: 'lee' })
  })
})
