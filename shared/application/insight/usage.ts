import type { Asset } from '#domain/assets/asset.ts'
import { type Terms, termsOf } from '#domain/assets/asset-type.ts'
import { openSpans } from '#domain/assets/opening-hours.ts'
import { notFound } from '#domain/errors.ts'
import type { AssetId, GroupId, ProtocolId, WorkspaceId } from '#domain/ids.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import { holderOf, type Reservation } from '#domain/reservations/reservation.ts'
import { driveOf, type Run } from '#domain/runs/run.ts'
import { dayMs, instantOf, msOf } from '#domain/time.ts'
import type { Usage } from '#domain/usage.ts'
import { checkSpan } from '../availability/asset-calendar.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { recentRuns } from './recent-runs.ts'

type Core = Pick<World, 'store' | 'clock'>
const mostDays = 31
/** What lasts longer than this and began before the span is not seen. */
const longestMs = 31 * dayMs
const mostReservations = 5_000

const within = (span: Interval, fromMs: number, toMs: number): number =>
  Math.max(0, Math.min(span.endMs, toMs) - Math.max(span.startMs, fromMs))

const reservationsIn = async (workspaceId: WorkspaceId, span: Interval, world: Core) => {
  const found: Reservation[] = []
  const bounds = { from: instantOf(span.startMs - longestMs), to: instantOf(span.endMs) }
  let cursor: string | undefined
  do {
    const page = await world.store.reservationsByStart(workspaceId, { limit: 100, cursor }, bounds)
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && found.length < mostReservations)
  return { found, truncated: cursor !== undefined }
}

type Times = Omit<Usage['total'], 'utilisation' | 'bookedVersusUsed'>
const none: Times = { open: 0, booked: 0, used: 0, idle: 0, quarantined: 0, maintenance: 0, noShow: 0 }

/** When a reservation was used, if it was. */
const usedFrom = (one: Reservation, nowMs: number): Interval | undefined => {
  const endMs = one.endedAt === undefined ? nowMs : msOf(one.endedAt)
  if (one.startedAt !== undefined) return { startMs: msOf(one.startedAt), endMs }
  if (one.source.kind === 'run')
    return { startMs: msOf(one.start), endMs: Math.min(endMs, quarantineStart(one) ?? endMs) }
  if (one.source.kind === 'maintenance' || one.checkInBy !== undefined || one.endedBecause === 'no-show')
    return undefined
  if (one.status !== 'confirmed' && one.status !== 'released') return undefined
  return { startMs: msOf(one.start), endMs: Math.min(nowMs, endMs, msOf(one.end)) }
}

const quarantineStart = ({ quarantinedAt }: Reservation): number | undefined =>
  quarantinedAt === undefined ? undefined : msOf(quarantinedAt)

/** What one reservation adds to the time of one of its assets, in milliseconds of one unit. */
const timesOf = (one: Reservation, span: Interval, nowMs: number): Omit<Times, 'open' | 'idle'> => {
  const planned = { startMs: msOf(one.start), endMs: msOf(one.end) }
  const ended = one.endedAt === undefined ? undefined : msOf(one.endedAt)
  const past = (of: Interval): number => within(span, of.startMs, Math.min(of.endMs, nowMs))
  if (one.status === 'cancelled' || one.status === 'expired') return { ...none }
  const noShow = one.endedBecause === 'no-show'
  const until = Math.max(planned.endMs, one.status === 'active' || one.status === 'quarantined' ? nowMs : (ended ?? 0))
  const maintenance = one.source.kind === 'maintenance'
  const used = usedFrom(one, nowMs)
  const begun = quarantineStart(one)
  return {
    booked: maintenance ? 0 : past({ startMs: planned.startMs, endMs: until }),
    used: used ? past(used) : 0,
    quarantined: begun === undefined ? 0 : past({ startMs: begun, endMs: ended ?? nowMs }),
    maintenance: maintenance ? past({ startMs: planned.startMs, endMs: ended ?? planned.endMs }) : 0,
    noShow: noShow ? past(planned) : 0,
  }
}

const ratio = (part: number, whole: number): number => (whole <= 0 ? 0 : Number(Math.min(1, part / whole).toFixed(4)))
const inSeconds = (times: Times): Times =>
  Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, Math.round(ms / 1000)])) as Times
const ratiosOf = ({ open, booked, used }: Times) => ({
  utilisation: ratio(used, open),
  bookedVersusUsed: ratio(used, booked),
})

const usageOf = (asset: Asset, terms: Terms, all: readonly Reservation[], span: Interval, nowMs: number) => {
  const looked = { startMs: span.startMs, endMs: Math.min(span.endMs, nowMs) }
  const open = openSpans(terms.openingHours, looked).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
  const sums = { ...none, open: open * asset.capacity }
  const holders = new Map<string, number>()
  let [reservations, noShows] = [0, 0]
  for (const one of all) {
    const units = one.assets.find(({ assetId }) => assetId === asset.id)?.units ?? 0
    if (units === 0) continue
    const times = timesOf(one, span, nowMs)
    const held = Math.max(times.booked, times.maintenance)
    if (held > 0) reservations += 1
    if (one.endedBecause === 'no-show') noShows += 1
    for (const name of ['booked', 'used', 'quarantined', 'maintenance', 'noShow'] as const)
      sums[name] += units * times[name]
    if (held > 0) {
      const by = one.source.kind === 'maintenance' ? 'maintenance' : holderOf(one.source)
      holders.set(by, (holders.get(by) ?? 0) + held * units)
    }
  }
  sums.idle = Math.max(0, sums.open - sums.booked - sums.maintenance)
  const top = [...holders].toSorted((a, b) => b[1] - a[1]).slice(0, 5)
  return { sums, reservations, noShows, topHolders: top.map(([by, ms]) => ({ by, seconds: Math.round(ms / 1000) })) }
}

const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0
const rounded = (ms: number): number => Math.round(ms / 100) / 10

const queueOf = (runs: readonly Run[]): Usage['queue'] => {
  const waits = runs
    .flatMap((run) => {
      const drive = driveOf(run)
      return drive ? [Math.max(0, msOf(drive.since) - msOf(run.dueAt))] : []
    })
    .toSorted((a, b) => a - b)
  return {
    runs: waits.length,
    ...(waits.length > 0 && {
      p50Seconds: rounded(percentile(waits, 0.5)),
      p95Seconds: rounded(percentile(waits, 0.95)),
    }),
  }
}

/** So many runs say something about how long a protocol takes. */
const enoughRuns = 5

const durationsOf = (runs: readonly Run[]): Usage['durations'] => {
  const took = new Map<ProtocolId, { name: string; expected: number; all: number[] }>()
  for (const run of runs) {
    const drive = driveOf(run)
    if (run.status !== 'ended' || run.outcome !== 'succeeded' || !drive) continue
    const known = took.get(run.work.protocolId) ?? {
      name: run.work.protocolName,
      expected: run.work.expectedDurationSeconds,
      all: [],
    }
    known.all.push(msOf(run.end.at) - msOf(drive.since))
    took.set(run.work.protocolId, known)
  }
  return [...took].map(([protocolId, { name, expected, all }]) => {
    const sorted = all.toSorted((a, b) => a - b)
    const p90 = rounded(percentile(sorted, 0.9))
    const off = p90 > expected * 1.1 || p90 < expected * 0.7
    return {
      protocolId,
      name,
      runs: sorted.length,
      expectedSeconds: expected,
      p50Seconds: rounded(percentile(sorted, 0.5)),
      p90Seconds: p90,
      ...(off &&
        sorted.length >= enoughRuns && {
          advice: `Nine of ten runs took ${p90} s or less; set expectedDurationSeconds to ${Math.max(1, Math.ceil(p90))}, which is what is held for it.`,
        }),
    }
  })
}

/**
 * What became of the time of assets within a span: booked, used, idle, in quarantine, in maintenance, given back unused; who
 * held them; how long runs waited; and how long protocols really take. Derived from what is stored, up to now.
 * @throws Refusal `invalid`, `not_found`, `limit_exceeded`
 */
export const readUsage = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly span: Interval
    readonly assetId?: AssetId | undefined
    readonly groupId?: GroupId | undefined
  },
  world: Core,
): Promise<Usage> => {
  const { workspaceId, span, assetId, groupId } = input
  checkSpan(span, mostDays)
  const nowMs = world.clock.now()
  const [assets, rulebook, { found, truncated }] = await Promise.all([
    allAssets(workspaceId, world),
    world.store.rulebook(workspaceId),
    reservationsIn(workspaceId, span, world),
  ])
  const group = groupId && rulebook.assetGroups.find(({ id }) => id === groupId)
  if (groupId && !group) throw notFound('asset group', groupId)
  if (assetId && !assets.some(({ id }) => id === assetId)) throw notFound('asset', assetId)
  const wanted = assets.filter(
    ({ id, status }) =>
      (assetId === undefined || id === assetId) &&
      (!group || group.assetIds.includes(id)) &&
      (assetId !== undefined || status !== 'retired'),
  )
  const rows = wanted.map((asset) => {
    const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
    return { asset, ...usageOf(asset, termsOf(asset, type), found, span, nowMs) }
  })
  const total = rows.reduce<Times>(
    (sum, { sums }) =>
      Object.fromEntries(Object.entries(sum).map(([name, ms]) => [name, ms + sums[name as keyof Times]])) as Times,
    none,
  )
  const { runs, looked } = await recentRuns(
    { workspaceId, from: instantOf(span.startMs), to: instantOf(span.endMs) },
    world,
  )
  return {
    from: instantOf(span.startMs),
    to: instantOf(span.endMs),
    truncated: truncated || looked.truncated,
    total: { ...inSeconds(total), ...ratiosOf(total) },
    assets: rows
      .map(({ asset, sums, ...rest }) => ({
        assetId: asset.id,
        name: asset.name,
        ...inSeconds(sums),
        ...ratiosOf(sums),
        ...rest,
      }))
      .toSorted((a, b) => b.utilisation - a.utilisation || (a.assetId < b.assetId ? -1 : 1)),
    queue: queueOf(runs),
    durations: durationsOf(runs),
  }
}
