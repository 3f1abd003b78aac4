import { notFound } from '#domain/errors.ts'
import { type Feed, partsOfToken } from '#domain/feeds/feed.ts'
import { type FeedEvent, vcalendar } from '#domain/feeds/vcalendar.ts'
import type { AssetId, SeriesId, WorkspaceId } from '#domain/ids.ts'
import { monthsBetween } from '#domain/reservations/account.ts'
import { holderOf, type Reservation } from '#domain/reservations/reservation.ts'
import type { Series } from '#domain/series/series.ts'
import { dayMs, instantOf, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

type FeedWorld = Pick<World, 'store' | 'clock' | 'secrets'>

/** A feed shows what was of late, and all that can be booked. */
const backMs = 31 * dayMs
const aheadMs = 91 * dayMs
const mostEvents = 2_000

const shown: ReadonlySet<Reservation['status']> = new Set(['held', 'confirmed', 'active', 'quarantined', 'released'])

/** Reservations of a workspace by their start, as many as a feed shows. */
const byStart = async (
  workspaceId: WorkspaceId,
  span: { from: number; to: number },
  world: FeedWorld,
): Promise<Reservation[]> => {
  const found: Reservation[] = []
  const bounds = { from: instantOf(span.from), to: instantOf(span.to) }
  let cursor: string | undefined
  do {
    const page = await world.store.reservationsByStart(workspaceId, { limit: 100, cursor }, bounds)
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && found.length < mostEvents)
  return found
}

/** What a person booked, from their account: it costs what they booked, not what all did. */
const ofPerson = async (
  workspaceId: WorkspaceId,
  subject: string,
  span: { from: number; to: number },
  world: FeedWorld,
) => {
  const [account] = await world.store.accounts(workspaceId, [
    { account: `person:${subject}`, months: monthsBetween(span.from, span.to) },
  ])
  const ids = (account?.months ?? []).flatMap(({ entries }) => Object.keys(entries))
  const found: Reservation[] = []
  for (let at = 0; at < ids.length && at < mostEvents; at += 100) {
    const keys = ids.slice(at, at + 100).map((id) => ({ workspaceId, id }))
    found.push(...(await world.store.getMany('reservation', keys)).flatMap((one) => one ?? []))
  }
  return found
}

const reservationsOf = async ({ workspaceId, of }: Feed, world: FeedWorld): Promise<Reservation[]> => {
  const nowMs = world.clock.now()
  const span = { from: nowMs - backMs, to: nowMs + aheadMs }
  const all =
    of.kind === 'person'
      ? await ofPerson(workspaceId, of.subject, span, world)
      : await byStart(workspaceId, span, world)
  return all
    .filter(({ assets }) => of.kind !== 'asset' || assets.some(({ assetId }) => assetId === of.assetId))
    .filter(({ status, endedBecause }) => shown.has(status) && endedBecause !== 'no-show')
    .toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.id < b.id ? -1 : 1))
}

const eventOf = (reservation: Reservation, names: ReadonlyMap<AssetId, string>): FeedEvent => {
  const { assets, source, note, project } = reservation
  const what = assets.map(({ assetId, units }) => `${names.get(assetId) ?? assetId}${units > 1 ? ` × ${units}` : ''}`)
  const about = [note, project && `Project: ${project}`, `${reservation.status}, ${reservation.id}`]
  return {
    uid: `${reservation.id}@${reservation.workspaceId}.benchtime`,
    sequence: reservation.version,
    stampMs: msOf(reservation.createdAt),
    startMs: msOf(reservation.start),
    endMs: Math.max(msOf(reservation.start), msOf(reservation.endedAt ?? reservation.end)),
    summary: `${what.join(', ')}: ${source.kind === 'maintenance' ? 'maintenance' : holderOf(source)}`,
    description: about.filter(Boolean).join('\n'),
    tentative: reservation.status === 'held',
  }
}

/** Times of a series that stand as they were made are one recurring event; what was moved stands for itself. */
const withRecurrence = (
  reservations: readonly Reservation[],
  series: ReadonlyMap<SeriesId, Series>,
  names: ReadonlyMap<AssetId, string>,
): FeedEvent[] => {
  const masters = new Map<string, { event: FeedEvent; timeZone: string; also: number[] }>()
  const events: FeedEvent[] = []
  for (const reservation of reservations) {
    const of = reservation.seriesId && series.get(reservation.seriesId)
    const event = eventOf(reservation, names)
    const asMade = of?.times.some(
      (time) =>
        time.reservationId === reservation.id && time.start === reservation.start && time.end === reservation.end,
    )
    if (!of || !asMade || event.endMs !== msOf(reservation.end)) {
      events.push(event)
      continue
    }
    const key = `${of.id} ${event.summary} ${reservation.status}`
    const master = masters.get(key)
    if (master) {
      master.also.push(event.startMs)
      master.event = { ...master.event, sequence: Math.max(master.event.sequence, event.sequence) }
    } else masters.set(key, { event, timeZone: of.timeZone, also: [] })
  }
  const recurring = [...masters.values()].map(({ event, timeZone, also }) => ({
    ...event,
    ...(also.length > 0 && { recurs: { timeZone, alsoMs: also } }),
  }))
  return [...events, ...recurring].toSorted((a, b) => a.startMs - b.startMs || (a.uid < b.uid ? -1 : 1))
}

/**
 * The calendar behind a secret address, as text; the same for everybody who has the address, whatever their role.
 * @throws Refusal `not_found` for a wrong secret, a feed that was revoked, or one of somebody who left; nobody can tell which
 */
export const readFeed = async (token: string, world: FeedWorld): Promise<string> => {
  const { workspaceId, feedId, secret } = partsOfToken(token)
  const feed = await world.store.get('feed', { workspaceId, id: feedId })
  if (feed?.status !== 'active' || !world.secrets.matches(secret, feed.digest))
    throw notFound('feed', 'of this address')
  // Whoever left the workspace sees nothing of it any more.
  if (!(await world.store.get('member', { workspaceId, subject: feed.createdBy })))
    throw notFound('feed', 'of this address')
  const reservations = await reservationsOf(feed, world)
  const assetIds = [...new Set(reservations.flatMap(({ assets }) => assets.map(({ assetId }) => assetId)))]
  const seriesIds = [...new Set(reservations.flatMap(({ seriesId }) => seriesId ?? []))]
  const names = new Map<AssetId, string>()
  for (let at = 0; at < assetIds.length; at += 100)
    for (const asset of await world.store.getMany(
      'asset',
      assetIds.slice(at, at + 100).map((id) => ({ workspaceId, id })),
    ))
      if (asset) names.set(asset.id, asset.name)
  const series = new Map<SeriesId, Series>()
  for (let at = 0; at < seriesIds.length; at += 100)
    for (const one of await world.store.getMany(
      'series',
      seriesIds.slice(at, at + 100).map((id) => ({ workspaceId, id })),
    ))
      if (one) series.set(one.id, one)
  return vcalendar(feed.name, withRecurrence(reservations, series, names))
}
