import type { Laboratory } from './laboratory.ts'
import { workspaceId } from './laboratory.ts'

/** Moves a booking into quarantine by hand, as the end of an uncertain drive does: out of its days, into OPEN. */
export const releasable = async ({ world }: Laboratory, id: string): Promise<void> => {
  const current = await world.store.get('reservation', { workspaceId, id })
  if (!current) throw new Error(`no reservation ${id}`)
  const claim = { startMs: Date.parse(current.start), endMs: Date.parse(current.end), units: 1 }
  const [ledger] = await world.store.ledger(workspaceId, [{ assetId: current.assets[0]?.assetId ?? 'ast_x', days: [] }])
  const at = { workspaceId, assetId: current.assets[0]?.assetId ?? 'ast_x' } as const
  const { committed } = await world.store.commit([
    { type: 'put', kind: 'reservation', value: { ...current, status: 'quarantined', version: 2 }, expect: 1 },
    { type: 'unclaim', ...at, item: current.start.slice(0, 10), reservationId: current.id },
    { type: 'claim', ...at, item: 'OPEN', expect: ledger?.open.version ?? 0, reservationId: current.id, claim },
  ])
  if (!committed) throw new Error('the reservation could not be moved into quarantine')
}
