import { createDynamoStore } from '#adapters/dynamodb/store.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { createIds } from '#adapters/system/ids.ts'
import { createAsset } from '#application/assets/create-asset.ts'
import { bookReservation } from '#application/reservations/book-reservation.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { openFreshTable } from '#local/services/dynamodb/fresh-table.ts'
import type { Row } from './benches.ts'
import { counting } from './counting.ts'
import { startPostgres } from './postgres.ts'

const workspaceId = 'ws_bench'
const actor = { kind: 'person', subject: 'bench' } as const
const clients = 16
const alone = 400
const slots = 60

const insert = (asset: string, slot: string, conflict: string): string => `
BEGIN;
WITH made AS (
  INSERT INTO reservations (asset, during, holder) VALUES (${asset}, int8range(${slot} * 60, ${slot} * 60 + 60), 'bench') ${conflict} RETURNING id
) INSERT INTO history (reservation, what) SELECT id, 'reservation.booked' FROM made;
COMMIT;
`

const measurePostgres = (): Row[] => {
  let postgres: ReturnType<typeof startPostgres>
  try {
    postgres = startPostgres()
  } catch (error) {
    console.warn(`SKIPPED, PostgreSQL beside it: ${error instanceof Error ? error.message.split('\n')[0] : error}.`)
    return []
  }
  try {
    const system = `PostgreSQL ${postgres.version}, exclusion constraint`
    const one = `\\set slot random(1, 10000000)\n${insert('1', ':slot', 'ON CONFLICT DO NOTHING')}`
    const row = (what: string, tps: number, winners: string | number): Row => ({
      what,
      system,
      'attempts/s': Math.round(tps),
      'transactions per claim': 1,
      'reads per claim': 0,
      winners,
    })
    const rows = [row('one client, nobody in the way', postgres.measure(one, 1, alone), '')]
    const own = `\\set slot random(1, 10000000)\n${insert('10 + :client_id', ':slot', 'ON CONFLICT DO NOTHING')}`
    rows.push(row(`${clients} clients, an asset each`, postgres.measure(own, clients, Math.ceil(alone / clients)), ''))
    const fight = `\\set i :i + 1\n${insert('2', ':i', 'ON CONFLICT DO NOTHING')}`
    const tps = postgres.measure(fight, clients, slots)
    const winners = `${postgres.ask('SELECT count(*) FROM reservations WHERE asset = 2')} of ${slots}`
    return [...rows, row(`${clients} clients fight for one asset`, tps, winners)]
  } finally {
    postgres.stop()
  }
}

/** Bookings by people: what each costs, alone and in a crowd, beside a database that is made for it. */
export const measureReservations = async (): Promise<readonly Row[]> => {
  const table = await openFreshTable()
  try {
    const ids = createIds()
    const counted = counting(table.client)
    const store = createDynamoStore(counted.client, table.name, () => ids.unique())
    const world = { store, clock: systemClock, ids }
    const asset = async (): Promise<AssetId> =>
      (
        await createAsset(
          { workspaceId, actor, asset: { name: 'Bench', kind: 'station', capacity: 1, capabilities: [], tags: [] } },
          world,
        )
      ).id
    const from = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000
    const book = async (assetId: AssetId, slot: number): Promise<boolean> => {
      // Twenty to a day, so that a day of the ledger is as full as a busy instrument's.
      const startMs = from + Math.floor(slot / 20) * 86_400_000 + (slot % 20) * 3_600_000
      const span = { start: instantOf(startMs), end: instantOf(startMs + 3_600_000) }
      try {
        await bookReservation(
          { workspaceId, actor, role: 'scientist', assets: [{ assetId, units: 1 }], ...span },
          world,
        )
        return true
      } catch (error) {
        if (error instanceof Refusal && (error.code === 'asset_busy' || error.code === 'contended')) return false
        throw error
      }
    }
    const measure = async (what: string, attempts: number, work: () => Promise<boolean[]>): Promise<Row> => {
      const before = { ...counted.calls }
      const began = performance.now()
      const won = (await work()).filter(Boolean).length
      const seconds = (performance.now() - began) / 1000
      const used = counted.since(before)
      return {
        what,
        system: 'Benchtime, DynamoDB engine of the laptop',
        'attempts/s': Math.round(attempts / seconds),
        'transactions per claim': (used.transactions / won).toFixed(2),
        'reads per claim': (used.reads / won).toFixed(2),
        winners: won === attempts ? '' : `${won} of ${attempts / clients}`,
      }
    }
    const warm = await asset()
    for (let slot = 0; slot < 50; slot++) await book(warm, slot)
    const first = await asset()
    const rows = [
      await measure('one client, nobody in the way', alone, async () => {
        const won: boolean[] = []
        for (let slot = 0; slot < alone; slot++) won.push(await book(first, slot))
        return won
      }),
    ]
    const own = await Promise.all(Array.from({ length: clients }, asset))
    const each = Math.ceil(alone / clients)
    const inTurn = async (assetId: AssetId, count: number): Promise<boolean[]> => {
      const won: boolean[] = []
      for (let slot = 0; slot < count; slot++) won.push(await book(assetId, slot))
      return won
    }
    rows.push(
      await measure(`${clients} clients, an asset each`, each * clients, async () =>
        (await Promise.all(own.map((assetId) => inTurn(assetId, each)))).flat(),
      ),
    )
    const contended = await asset()
    rows.push(
      await measure(`${clients} clients fight for one asset`, slots * clients, async () =>
        (await Promise.all(own.map(() => inTurn(contended, slots)))).flat(),
      ),
    )
    return [...rows, ...measurePostgres()]
  } finally {
    await table.stop()
  }
}
