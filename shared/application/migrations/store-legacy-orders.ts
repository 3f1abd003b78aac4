import type { Actor } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import {
  type LegacyOrders,
  type LegacyRow,
  type LegacySettings,
  legacyPartId,
  legacyRows,
} from '#domain/migrations/legacy-orders.ts'
import { auditOf } from '../common/audit.ts'
import { made, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { importLegacyOrders, legacyReasons } from './import-legacy-orders.ts'
import type { MigrationWorld } from './migration.ts'
import { recordedState, stateChange, waitingState } from './migration-state.ts'

/** A part of the old orders, without the orders. */
export const partOf = ({ id, settings, blob, updatedAt, updatedBy }: LegacyOrders) => ({
  part: Number(id),
  orders: legacyRows(blob)?.length ?? 0,
  settings,
  storedAt: updatedAt,
  storedBy: updatedBy,
})
export type LegacyPart = ReturnType<typeof partOf>

/** What the settings must say because the orders do not. */
const unsaid = (rows: readonly LegacyRow[], { priorityDirection, durationUnit }: LegacySettings): Reason[] => {
  const has = (field: string): boolean => rows.some(({ value }) => (value?.[field] ?? undefined) !== undefined)
  return [
    ...(has('priority') && priorityDirection === undefined
      ? [
          {
            code: 'required',
            message: 'say whether 1 or 5 is most urgent in these orders',
            path: '/settings/priorityDirection',
          },
        ]
      : []),
    ...(has('duration') && durationUnit === undefined
      ? [{ code: 'required', message: 'say what `duration` counts', path: '/settings/durationUnit' }]
      : []),
  ]
}

/** What the settings say for all orders must be there. */
const unknownAssets = async (
  workspaceId: WorkspaceId,
  { defaults: { requirements } }: LegacySettings,
  world: MigrationWorld,
): Promise<readonly Reason[]> => {
  if (!requirements) return []
  const any = { name: 'Any', priority: 3, value: 1, durationMinutes: 1, mode: { kind: 'PROTOCOL' } } as const
  const reasons = await legacyReasons(workspaceId, { ...any, tags: [], requirements }, world)
  return reasons.map((reason) => ({ ...reason, path: `/settings/defaults${reason.path ?? ''}` }))
}

/**
 * Keeps orders of the old format, or a part of them, as they are given. They become orders when orders of the workspace are used
 * next, or within minutes by themselves. A part that is there already is replaced, and all are looked at again: what has become
 * an order stays as it is.
 * @throws Refusal `invalid` where there are no orders in it, or the settings leave something open
 */
export const storeLegacyOrders = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly part: number
    readonly settings: LegacySettings
    readonly blob: LegacyOrders['blob']
  },
  world: MigrationWorld,
): Promise<LegacyPart> => {
  const { workspaceId, actor, part, settings, blob } = input
  const rows = legacyRows(blob) ?? []
  const reasons =
    rows.length === 0
      ? [
          {
            code: 'empty',
            message: 'there are no orders in it: send an array, or an object with `orders`',
            path: '/blob',
          },
        ]
      : unsaid(rows, settings)
  const refuse = (found: readonly Reason[]): Refusal =>
    new Refusal('invalid', `The old orders cannot be kept like this: ${found[0]?.message}.`, { reasons: found })
  return transact(world, async () => {
    const { store } = world
    const [before, there, state] = await Promise.all([
      part > 1 ? store.get('legacyOrders', { workspaceId, id: legacyPartId(part - 1) }) : undefined,
      store.get('legacyOrders', { workspaceId, id: legacyPartId(part) }),
      recordedState(workspaceId, importLegacyOrders, world),
    ])
    const gap =
      part > 1 && !before ? [{ code: 'gap', message: `part ${part - 1} is not there yet`, path: '/part' }] : []
    const wrong = [...reasons, ...gap, ...(await unknownAssets(workspaceId, settings, world))]
    if (wrong.length > 0) throw refuse(wrong)
    const stamps = there
      ? { createdAt: there.createdAt, createdBy: there.createdBy, version: there.version + 1, ...touched(actor, world) }
      : made(actor, world)
    const value: LegacyOrders = { workspaceId, id: legacyPartId(part), settings, blob, ...stamps }
    const changes: Change[] = [
      { type: 'put', kind: 'legacyOrders', value, expect: there?.version ?? 'absent' },
      stateChange(state, waitingState(workspaceId, importLegacyOrders)),
      auditOf(world, {
        workspaceId,
        subject: 'migrations',
        action: 'legacy-orders.stored',
        actor,
        after: { part, orders: rows.length, settings },
      }),
    ]
    return { changes, result: partOf(value) }
  })
}

/** The parts that are kept. */
export const legacyParts = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<LegacyPart[]> => {
  const { items } = await world.store.list('legacyOrders', workspaceId, { limit: 100 })
  return items.map(partOf)
}
