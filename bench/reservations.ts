import { createMemoryStore } from '#adapters/memory/store.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { createIds } from '#adapters/system/ids.ts'
import { createAsset } from '#application/assets/create-asset.ts'
import { bookReservation } from '#application/reservations/book-reservation.ts'
import type { Store } from '#application/world.ts'
import type { Row } from './benches.ts'

const workspaceId = 'ws_bench'
const actor = { kind: 'person', subject: 'bench' } as const

/** A store that takes a while, so that writers meet, and counts what it is asked. */
const counting = (store: Store): { store: Store; counts: { reads: number; commits: number } } => {
  const counts = { reads: 0, commits: 0 }
  const methods = Object.entries(store).filter(([, method]) => typeof method === 'function')
  const counted = Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      async (...args: unknown[]) => {
        if (name === 'commit') counts.commits += 1
        else counts.reads += 1
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 4))
        return (method as (...args: unknown[]) => unknown)(...args)
      },
    ]),
  )
  return { store: counted as unknown as Store, counts }
}

const round = async (writers: number, capacity: number): Promise<Row> => {
  const { store, counts } = counting(createMemoryStore())
  const world = { store, clock: systemClock, ids: createIds() }
  const { id: assetId } = await createAsset(
    { workspaceId, actor, asset: { name: 'Bench', kind: 'station', capacity, capabilities: [], tags: [] } },
    world,
  )
  const day = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000
  const before = { ...counts }
  const results = await Promise.allSettled(
    Array.from({ length: writers }, () =>
      bookReservation(
        {
          workspaceId,
          actor,
          assets: [{ assetId, units: 1 }],
          start: new Date(day + 3_600_000).toISOString() as never,
          end: new Date(day + 7_200_000).toISOString() as never,
        },
        world,
      ),
    ),
  )
  const won = results.filter(({ status }) => status === 'fulfilled').length
  return {
    writers,
    capacity,
    won,
    'a serial order admits': Math.min(writers, capacity),
    'reads per writer': ((counts.reads - before.reads) / writers).toFixed(1),
    'commits per writer': ((counts.commits - before.commits) / writers).toFixed(1),
  }
}

export const measureReservations = async (): Promise<readonly Row[]> => {
  const rows: Row[] = []
  for (const [writers, capacity] of [
    [1, 1],
    [2, 1],
    [10, 1],
    [10, 5],
    [20, 20],
    [50, 10],
  ] as const)
    rows.push(await round(writers, capacity))
  return rows
}
