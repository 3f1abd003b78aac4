import type { Actor } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { type ImportedOrders, type OrderRow, orderRowSchema } from '#domain/orders/order-row.ts'
import type { ReadCsv } from '../assets/transfer/import-assets.ts'
import { namedBatchChanges } from '../batches/create-batch.ts'
import { maxChangesPerCommit, type World } from '../world.ts'
import { changeOrder, changeRefusal } from './change-order.ts'
import { dueReasons, type OrderFields, orderReasons } from './check-order.ts'
import { newOrder, orderNamed } from './create-order.ts'
import { orderIdOfReference, withNamed } from './named-in-rows.ts'
import { type Given, type Line, type Problem, readRows } from './order-rows.ts'
import { withRequirements } from './with-requirements.ts'

const mostRows = 500
/** So many are looked at at a time. */
const together = 16
/** Order, reference and history entry of each; and the record of the request. */
const ordersPerCommit = Math.floor((maxChangesPerCommit - 1) / 3)

type ImportWorld = Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>

type Row = Line & { readonly row: OrderRow; readonly keys: ReadonlySet<string> }

const checkedRows = (given: readonly Given[]) => {
  const problems: Problem[] = []
  const references = new Map<string, number>()
  const rows = given.flatMap(({ value, line }) => {
    const parsed = orderRowSchema.safeParse(value)
    if (!parsed.success) {
      for (const { path, message, code } of parsed.error.issues)
        problems.push({ line, code, message: `${path.join('.') || 'row'}: ${message}`, path: `/${path.join('/')}` })
      return []
    }
    const { externalReference } = parsed.data
    const before = externalReference === undefined ? undefined : references.get(externalReference)
    if (before !== undefined) {
      const message = `the same external reference stands on line ${before}`
      problems.push({ line, code: 'twice', message, path: '/externalReference' })
      return []
    }
    if (externalReference !== undefined) references.set(externalReference, line)
    const keys = new Set(Object.keys(value as object))
    return [{ row: parsed.data, line, keys }]
  })
  return { rows, problems }
}

type Input = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly csv?: string | undefined
  readonly orders?: readonly unknown[] | undefined
  readonly dryRun: boolean
  readonly onDuplicate: 'refuse' | 'update'
}

type Step = Line & {
  readonly row: OrderRow & OrderFields
  /** What the file says of it; the rest stays as it is. */
  readonly patch: Partial<OrderFields>
  readonly id: OrderId
  readonly there: Order | undefined
  readonly problems: readonly Problem[]
}

/** What a file makes at the same time: orders that others may follow, and batches. */
type Beside = Required<Pick<Parameters<typeof orderReasons>[0], 'alongside' | 'madeBatches'>>

const inGroups = async <T, R>(all: readonly T[], size: number, work: (one: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = []
  for (let at = 0; at < all.length; at += size) done.push(...(await Promise.all(all.slice(at, at + size).map(work))))
  return done
}

const orderIdOf = (row: OrderRow, line: number): OrderId => `ord_${fingerprint([line, row])}`

/** What becomes of a row: the order that it is already, or a new one whose id is the same whenever this line is imported. */
const stepOf = async (
  { row, line, keys }: Row,
  input: Input,
  beside: Beside,
  world: ImportWorld,
): Promise<Step | readonly Problem[]> => {
  const { workspaceId, onDuplicate } = input
  const atLine = (reasons: readonly Reason[]): Problem[] => reasons.map((reason) => ({ ...reason, line }))
  try {
    const named = await orderNamed(workspaceId, row.externalReference, world)
    const { externalReference: reference } = row
    const id = named?.id ?? (reference === undefined ? orderIdOf(row, line) : orderIdOfReference(reference))
    const there = named ?? (await world.store.get('order', { workspaceId, id }))
    const said = Object.fromEntries(Object.entries(row).filter(([key]) => keys.has(key))) as Partial<OrderFields>
    const full = there
      ? { ...row, ...fieldsOfOrder(there), ...said }
      : { ...row, ...(await withRequirements(workspaceId, row, world)) }
    const problems = atLine([
      ...dueReasons(full as OrderFields, there, world.clock.now()),
      ...(await orderReasons({ workspaceId, id, order: full as OrderFields, before: there, ...beside }, world)),
    ])
    const changes = there !== undefined && differs(there, said)
    if (named && changes && onDuplicate === 'refuse')
      problems.push({
        line,
        code: 'already-there',
        message: `order ${named.id} has this external reference, and says something else; import with onDuplicate "update" to change it`,
        path: '/externalReference',
      })
    const refused = changes && changeRefusal(there, { ...there, ...said } as Order)
    if (refused && onDuplicate === 'update')
      problems.push({ line, code: 'fixed', message: refused.message.replace(/\.$/, ''), path: '/externalReference' })
    return { row: full as Step['row'], patch: said, line, id, there, problems }
  } catch (error) {
    if (!(error instanceof Refusal) || error.reasons.length === 0) throw error
    return atLine(error.reasons)
  }
}

const fieldsOfOrder = (order: Order): Partial<OrderFields> =>
  Object.fromEntries(
    Object.keys(orderRowSchema.shape).flatMap((field) => {
      const value = order[field as keyof Order]
      return value === undefined ? [] : [[field, value]]
    }),
  )

const differs = (order: Order, said: Partial<OrderFields>): boolean =>
  Object.entries(said).some(([field, value]) => JSON.stringify(order[field as keyof Order]) !== JSON.stringify(value))

/** Rows that would follow one another in a circle, each seen with the others of its file. */
const circles = (steps: readonly Step[]): Problem[] => {
  const follows = new Map(steps.map(({ id, row }) => [id, row.follows?.orderId]))
  return steps.flatMap(({ id, line }): Problem[] => {
    const seen = new Set<string>([id])
    for (let next = follows.get(id); next !== undefined; next = follows.get(next)) {
      if (next === id)
        return [{ line, code: 'circular', message: 'it would follow itself by other lines', path: '/follows/orderId' }]
      if (seen.has(next)) return []
      seen.add(next)
    }
    return []
  })
}

/**
 * Places orders as a file says. Everything is looked at first, and where one line is wrong nothing is done; a dry run is the same
 * without doing it. Importing a file again, or after it was interrupted, places nothing twice.
 * @throws Refusal `invalid` with every problem by its line; `limit_exceeded`
 */
export const importOrders = async (input: Input, world: ImportWorld, readCsv: ReadCsv): Promise<ImportedOrders> => {
  const { workspaceId, actor, dryRun } = input
  const { given: read, problems: unread } = readRows(input, readCsv)
  if (read.length > mostRows)
    throw new Refusal(
      'limit_exceeded',
      `A file has ${mostRows} orders at most; this one has ${read.length}. Split it; nothing was imported.`,
    )
  const { given, problems: unnamed, newBatches } = await withNamed(workspaceId, read, world)
  const { rows, problems: wrong } = checkedRows(given)
  const alongside = new Map(
    rows.flatMap(({ row: { externalReference, follows } }) =>
      externalReference === undefined ? [] : [[orderIdOfReference(externalReference), follows] as const],
    ),
  )
  const beside = { alongside, madeBatches: new Set(newBatches.keys()) }
  const looked = await inGroups(rows, together, (row) => stepOf(row, input, beside, world))
  const steps = looked.flatMap((one) => ('id' in one ? [one] : []))
  const unfit = looked.flatMap((one) => ('id' in one ? [] : one))
  const empty: Problem[] =
    read.length === 0 && unread.length === 0 ? [{ line: 1, code: 'empty', message: 'there is no order in it' }] : []
  const problems = [
    ...empty,
    ...unfit,
    ...circles(steps),
    ...unread,
    ...unnamed,
    ...wrong,
    ...steps.flatMap((step) => step.problems),
  ].toSorted((a, b) => a.line - b.line)
  if (!dryRun && problems.length > 0)
    throw new Refusal(
      'invalid',
      `Nothing was imported: ${problems.length} problem(s). The first is on line ${problems[0]?.line}: ${problems[0]?.message}.`,
      { reasons: problems.slice(0, 200).map(({ line, ...reason }) => ({ ...reason, facts: { line } })) },
    )
  const fresh = steps.filter(({ there }) => !there)
  const other = steps.filter(({ there, patch }) => there && differs(there, patch))
  if (!dryRun) {
    // Whoever was faster has made the same batch.
    await inGroups([...newBatches], together, ([id, name]) =>
      world.store.commit(namedBatchChanges({ workspaceId, id, name, actor }, world)),
    )
    for (let at = 0; at < fresh.length; at += ordersPerCommit) {
      const changes = fresh
        .slice(at, at + ordersPerCommit)
        .flatMap(({ row, id }) => newOrder({ workspaceId, id, actor, order: row, source: 'import' }, world).changes)
      if (!(await world.store.commit(changes)).committed)
        throw new Refusal(
          'contended',
          `Somebody placed some of these orders at the same time. ${at} of ${fresh.length} are stored; import the file again, nothing is placed twice.`,
        )
    }
    await inGroups(other, together, ({ id, patch }) =>
      changeOrder({ workspaceId, id, actor, version: 'any', patch }, world),
    )
  }
  return {
    dryRun,
    created: fresh.map(({ line, row, id }) => ({ line, name: row.name, ...(!dryRun && { orderId: id }) })),
    changed: other.map(({ line, row, id }) => ({ line, name: row.name, orderId: id })),
    unchanged: steps.length - fresh.length - other.length,
    problems: problems.map(({ line, code, message, path }) => ({
      line,
      code,
      message,
      ...(path !== undefined && { path }),
    })),
  }
}
