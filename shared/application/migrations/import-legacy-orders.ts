import type { Reason } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { type LegacyOrder, readLegacyOrder } from '#domain/migrations/legacy-order.ts'
import { type LegacyOrders, type LegacyRow, legacyPartId, legacyRows } from '#domain/migrations/legacy-orders.ts'
import type { MigrationProblem } from '#domain/migrations/migration.ts'
import { isOpenOrder } from '#domain/orders/open.ts'
import { namedBatchChanges } from '../batches/create-batch.ts'
import { namedBatches } from '../batches/named-batches.ts'
import { system } from '../common/audit.ts'
import { type OrderFields, orderReasons } from '../orders/check-order.ts'
import { newOrder } from '../orders/create-order.ts'
import type { Change, World } from '../world.ts'
import { type Migration, type MigrationWorld, mostChanges, type Step } from './migration.ts'

/** Order, reference and history entry of each; and a batch of its own with its history entry. */
const perPage = Math.floor(mostChanges / 5)

/** `<part>/<row>`: where the next page begins. */
const positionOf = (cursor: string | undefined): { part: number; row: number } => {
  const [part = 1, row = 0] = (cursor ?? '').split('/').filter(Boolean).map(Number)
  return { part, row }
}

/** An old order names no protocol, so there are no parameters to be checked. */
const parameters: World['parameters'] = { checkSchema: () => [], check: () => [] }

/** Everything that is wrong with an order read from the old format. */
export const legacyReasons = (
  workspaceId: WorkspaceId,
  order: OrderFields,
  { store }: MigrationWorld,
): Promise<readonly Reason[]> => orderReasons({ workspaceId, order }, { store, parameters })

type Read = { readonly at: string; readonly order: LegacyOrder }

/** The rows of a page as orders; one that was seen before in its part is told, because one of the two would be lost. */
const readRows = async (part: LegacyOrders, rows: readonly LegacyRow[], from: number, world: MigrationWorld) => {
  const { assetGroups } = await world.store.rulebook(part.workspaceId)
  const groups = new Map(assetGroups.map(({ name, id }) => [name, id]))
  const at = (row: LegacyRow): string => `part ${Number(part.id)}, ${row.at}`
  const problems: MigrationProblem[] = []
  const read: Read[] = []
  const seen = new Set<string>()
  for (const [index, row] of rows.slice(0, from + perPage).entries()) {
    const order = row.value && readLegacyOrder(row.value, part.settings, groups, world.clock.now())
    const tell = (found: readonly Reason[]): void => {
      if (index >= from) for (const { code, message } of found) problems.push({ at: at(row), code, message })
    }
    if (!order) tell([{ code: 'not-an-order', message: 'it is no object with fields' }])
    else if (!('id' in order)) tell(order)
    else if (seen.has(order.id))
      tell([{ code: 'twice', message: 'an order with this id, or just like it, stands before it' }])
    else {
      seen.add(order.id)
      if (index >= from) read.push({ at: at(row), order })
    }
  }
  return { read, problems }
}

/** Orders of a page that can be placed, and what keeps the others from it. */
const placeable = async (workspaceId: WorkspaceId, read: readonly Read[], world: MigrationWorld) => {
  const { store } = world
  const ids = read.map(({ order }) => ({ workspaceId, id: order.id }))
  const references = [...new Set(read.flatMap(({ order }) => order.order.externalReference ?? []))]
  const [there, named] = await Promise.all([
    ids.length > 0 ? store.getMany('order', ids) : [],
    references.length > 0
      ? store.getMany(
          'orderReference',
          references.map((id) => ({ workspaceId, id })),
        )
      : [],
  ])
  const holders = new Map(named.flatMap((reference) => (reference ? [[reference.id, reference.orderId] as const] : [])))
  const problems: MigrationProblem[] = []
  const remarks: MigrationProblem[] = []
  const orders: LegacyOrder[] = []
  for (const [index, { at, order }] of read.entries()) {
    if (there[index]) continue
    const { externalReference: name } = order.order
    const holder = name === undefined ? undefined : holders.get(name)
    const reasons =
      holder === undefined
        ? isOpenOrder({ status: order.more.status ?? 'new' })
          ? await legacyReasons(workspaceId, order.order as OrderFields, world)
          : []
        : [{ code: 'reference-taken', message: `order ${holder} has the external reference "${name}" already` }]
    problems.push(...reasons.map(({ code, message }) => ({ at, code, message })))
    if (reasons.length > 0) continue
    orders.push(order)
    remarks.push(...order.remarks.map((remark) => ({ at, ...remark })))
    if (name !== undefined) holders.set(name, order.id)
  }
  return { orders, problems, remarks, present: there.filter((order) => order !== undefined).length }
}

/** Batches of the old orders: those that have their names, or new ones. */
const batchesOf = async (workspaceId: WorkspaceId, orders: readonly LegacyOrder[], world: MigrationWorld) => {
  const names = new Set(orders.flatMap(({ batch }) => batch ?? []))
  const named = names.size > 0 ? await namedBatches(workspaceId, world) : undefined
  const actor = system('migrations')
  return {
    idOf: (name: string) => named?.idsOf(name)[0] ?? named?.newIdOf(name),
    changes: [...names].flatMap((name) =>
      named && named.idsOf(name).length === 0
        ? namedBatchChanges({ workspaceId, id: named.newIdOf(name), name, actor }, world)
        : [],
    ),
  }
}

const importRows = async (part: LegacyOrders, from: number, world: MigrationWorld): Promise<Step> => {
  const { workspaceId } = part
  const number = Number(part.id)
  const rows = legacyRows(part.blob)
  if (!rows)
    return {
      changes: [],
      counts: { skipped: 1 },
      problems: [{ at: `part ${number}`, code: 'no-orders', message: 'it is neither an array nor has it `orders`' }],
      next: `${number + 1}/0`,
    }
  const { read, problems: unread } = await readRows(part, rows, from, world)
  const { orders, problems: unfit, remarks, present } = await placeable(workspaceId, read, world)
  const problems = [...unread, ...unfit]
  const actor = system('migrations')
  const batches = await batchesOf(workspaceId, orders, world)
  const placed = ({ id, order, batch, more }: LegacyOrder): readonly Change[] => {
    const fields = { ...order, ...(batch !== undefined && { batchId: batches.idOf(batch) }) } as OrderFields
    return newOrder({ workspaceId, id, actor, order: fields, source: 'legacy', more }, world).changes
  }
  return {
    changes: [...batches.changes, ...orders.flatMap(placed)],
    counts: {
      imported: orders.length,
      present,
      skipped: new Set(problems.map(({ at }) => at)).size,
    },
    problems: [...problems, ...remarks],
    next: from + perPage < rows.length ? `${number}/${from + perPage}` : `${number + 1}/0`,
  }
}

/** Orders that a workspace had in the old format, which kept them in one piece. What was kept stays as it is. */
export const importLegacyOrders: Migration = {
  number: 2,
  name: 'legacy-orders',
  what: 'Orders of the old format become orders; importing one again places nothing twice',
  step: async ({ workspaceId, cursor }, world) => {
    const { part, row } = positionOf(cursor)
    const stored = await world.store.get('legacyOrders', { workspaceId, id: legacyPartId(part) })
    return stored ? importRows(stored, row, world) : { changes: [], counts: {} }
  },
}
