import { join } from 'node:path'
import { toItem } from '#adapters/dynamodb/codec.ts'
import { horizonPartition, ledgerKey } from '#adapters/dynamodb/keys.ts'
import { createDynamoStore } from '#adapters/dynamodb/store.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { createIds } from '#adapters/system/ids.ts'
import { createAsset } from '#application/assets/create-asset.ts'
import { findTimes } from '#application/availability/find-times.ts'
import { readHorizon } from '#application/availability/horizon.ts'
import type { AssetId, ReservationId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { dayMs, dayOf, hours, instantOf } from '#domain/time.ts'
import { type FreshTable, openFreshTable } from '#local/services/dynamodb/fresh-table.ts'
import type { Row } from './benches.ts'
import { counting } from './counting.ts'
import { fill } from './fill.ts'

const workspaceId = 'ws_bench'
const actor = { kind: 'person', subject: 'bench' } as const
const perDay = 8

/** The items of one day of an asset, as so many bookings of an hour leave them, and the reservations themselves. */
const dayItems = (
  assetId: AssetId,
  startMs: number,
  prefix: string,
  count: number,
  released: boolean,
): Record<string, unknown>[] => {
  const day = dayOf(startMs)
  const reservations = Array.from({ length: count }, (_, index): Reservation => {
    const from = startMs + hours(index)
    return {
      workspaceId,
      id: `res_${prefix}-${index}` as ReservationId,
      status: released ? 'released' : 'confirmed',
      source: { kind: 'person', subject: 'bench' },
      assets: [{ assetId, units: 1 }],
      start: instantOf(from),
      end: instantOf(from + hours(1)),
      ...(released && { endedAt: instantOf(from + hours(1)) }),
      version: 1,
      createdAt: instantOf(from),
      createdBy: 'bench',
    }
  })
  const claims = released
    ? {}
    : Object.fromEntries(
        reservations.map(({ id, start, end }) => [
          id,
          { startMs: Date.parse(start), endMs: Date.parse(end), units: 1, by: 'bench' },
        ]),
      )
  return [
    {
      ...ledgerKey(workspaceId, assetId, day),
      gsi3pk: horizonPartition(workspaceId, day),
      gsi3sk: assetId,
      version: count,
      fence: 0,
      claims,
    },
    ...reservations.map((one) => toItem('reservation', one)),
  ]
}

const openWorld = async () => {
  const table: FreshTable = await openFreshTable()
  const ids = createIds()
  const counted = counting(table.client)
  const world = { store: createDynamoStore(counted.client, table.name, () => ids.unique()), clock: systemClock, ids }
  const asset = async (name: string): Promise<AssetId> =>
    (
      await createAsset(
        { workspaceId, actor, asset: { name, kind: 'station', capacity: 1, capabilities: [], tags: [] } },
        world,
      )
    ).id
  return { table, counted, world, asset }
}

/** Times that a call takes and what it asks of the table, at the median of some. */
const measured = async (
  counted: ReturnType<typeof counting>,
  what: string,
  call: () => Promise<unknown>,
): Promise<Row> => {
  await call()
  const times: number[] = []
  const before = { ...counted.calls }
  const tries = 15
  for (let n = 0; n < tries; n++) {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  }
  const { requests } = counted.since(before)
  return {
    what,
    'requests to the table': requests / tries,
    'p50, ms': (times.toSorted((a, b) => a - b)[Math.floor(tries / 2)] ?? 0).toFixed(1),
  }
}

const availability = async (past: number): Promise<Row> => {
  const { table, counted, world, asset } = await openWorld()
  try {
    const assets = [await asset('A'), await asset('B'), await asset('C')]
    const midnight = Math.floor(Date.now() / dayMs) * dayMs
    const rows: Record<string, unknown>[] = []
    for (let n = 0; n * perDay < past; n++)
      rows.push(
        ...dayItems(assets[n % 3] ?? 'ast_x', midnight - dayMs * (1 + Math.floor(n / 3)), `past${n}`, perDay, true),
      )
    for (const [index, assetId] of assets.entries())
      for (let day = 1; day <= 7; day++)
        rows.push(...dayItems(assetId, midnight + day * dayMs, `next${index}x${day}`, perDay + index, false))
    fill(join(table.directory, 'dynamodb.sqlite'), table.name, rows)
    const window = { startMs: midnight + dayMs, endMs: midnight + 8 * dayMs }
    const search = {
      workspaceId,
      assets: assets.map((assetId) => ({ assetId, units: 1 })),
      durationMs: hours(2),
      window,
      most: 5,
    } as const
    const { options } = await findTimes(search, world)
    if (options.length === 0) throw new Error('nothing is free, so nothing is measured')
    return await measured(counted, `three assets together for 2 h within 7 days, after ${past} past reservations`, () =>
      findTimes(search, world),
    )
  } finally {
    await table.stop()
  }
}

const horizon = async (): Promise<Row> => {
  const { table, counted, world } = await openWorld()
  try {
    const midnight = Math.floor(Date.now() / dayMs) * dayMs + dayMs
    const rows: Record<string, unknown>[] = []
    let wanted = 0
    for (let asset = 0; asset < 200; asset++)
      for (let day = 0; day < 7; day++) {
        const count = wanted + 7 < 10_000 && (asset * 7 + day) % 7 === 0 ? 8 : 7
        wanted += count
        rows.push(
          ...dayItems(
            `ast_${String(asset).padStart(4, '0')}`,
            midnight + day * dayMs,
            `h${asset}x${day}`,
            count,
            false,
          ),
        )
      }
    fill(join(table.directory, 'dynamodb.sqlite'), table.name, rows)
    const span = { startMs: midnight, endMs: midnight + 7 * dayMs }
    const { claims } = await readHorizon({ workspaceId, span }, world)
    if (claims.length !== wanted) throw new Error(`${claims.length} of ${wanted} claims were told`)
    return await measured(counted, `horizon of 7 days × 200 assets × ${wanted} reservations`, () =>
      readHorizon({ workspaceId, span }, world),
    )
  } finally {
    await table.stop()
  }
}

/** What a look at the calendar costs, whatever lies behind it. */
export const measureCalendar = async (): Promise<readonly Row[]> => [
  await availability(1_000),
  await availability(100_000),
  await horizon(),
]
