import { Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { BatchId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { type OrderRow, orderRowSchema } from '#domain/orders/order-row.ts'
import type { Problem } from '../common/table.ts'
import type { World } from '../world.ts'
import { changeRefusal } from './change-order.ts'
import { dueReasons, type OrderFields, orderReasons } from './check-order.ts'
import { completeOrder, completePatch } from './complete-order.ts'
import { orderNamed } from './create-order.ts'
import { orderIdOfReference } from './named-in-rows.ts'
import type { Line } from './order-rows.ts'

export type Row = Line & { readonly row: OrderRow; readonly keys: ReadonlySet<string> }

/** What becomes of a row. */
export type Step = Line & {
  readonly row: OrderRow & OrderFields
  /** What the file says of an order that is there; the rest stays as it is. */
  readonly patch: Partial<OrderFields>
  readonly id: OrderId
  readonly there: Order | undefined
  readonly problems: readonly Problem[]
}

type Import = {
  readonly workspaceId: WorkspaceId
  readonly onDuplicate: 'refuse' | 'update'
  /** Batches that are made at the same time. */
  readonly madeBatches: ReadonlySet<BatchId>
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

/** Whether the order of a step is there and becomes another. */
export const changes = ({ there, patch }: Step): boolean => there !== undefined && differs(there, patch)

type Place = Pick<Step, 'id' | 'there'>

/** A row without a reference is known by its line and by what it says. One that was cancelled since is placed anew. */
const placeOf = async (workspaceId: WorkspaceId, { row, line }: Row, world: Pick<World, 'store'>): Promise<Place> => {
  for (let count = 0; ; count++) {
    const id: OrderId = `ord_${fingerprint(count === 0 ? [line, row] : [line, row, count])}`
    const there = await world.store.get('order', { workspaceId, id })
    if (there?.status !== 'cancelled') return { id, there }
  }
}

const placeNamed = async (workspaceId: WorkspaceId, reference: string, world: Pick<World, 'store'>): Promise<Place> => {
  const there = await orderNamed(workspaceId, reference, world)
  return { id: there?.id ?? orderIdOfReference(reference), there }
}

/** What becomes of a row: the order that it is already, or a new one whose id is the same whenever this line is imported. */
export const stepOf = async (
  given: Row,
  { workspaceId, onDuplicate, madeBatches }: Import,
  world: Pick<World, 'store' | 'clock' | 'parameters'>,
): Promise<Step> => {
  const { row, line, keys } = given
  const { externalReference: reference } = row
  const { id, there } =
    reference === undefined ? await placeOf(workspaceId, given, world) : await placeNamed(workspaceId, reference, world)
  const step = { row: row as Step['row'], patch: {}, line, id, there, problems: [] }
  // Without a reference it is what was placed for this line, whatever people made of it since.
  if (there && reference === undefined) return { ...step, row: { ...row, ...fieldsOfOrder(there) } as Step['row'] }
  const said = Object.fromEntries(Object.entries(row).filter(([key]) => keys.has(key))) as Partial<OrderFields>
  try {
    const patch = there ? ((await completePatch(there, said, world)) as Partial<OrderFields>) : said
    const order = (
      there
        ? { ...row, ...fieldsOfOrder(there), ...patch }
        : { ...row, ...(await completeOrder(workspaceId, row, world)) }
    ) as Step['row']
    const problems: Problem[] = [
      ...dueReasons(order, there, world.clock.now()),
      ...(await orderReasons({ workspaceId, order, before: there, madeBatches }, world)),
    ].map((reason) => ({ ...reason, line }))
    const changed = there !== undefined && differs(there, patch)
    if (changed && onDuplicate === 'refuse')
      problems.push({
        line,
        code: 'already-there',
        message: `order ${id} has this external reference, and says something else; import with onDuplicate "update" to change it`,
        path: '/externalReference',
      })
    const refused = changed && changeRefusal(there, { ...there, ...patch } as Order)
    if (refused && onDuplicate === 'update')
      problems.push({ line, code: 'fixed', message: refused.message.replace(/\.$/, ''), path: '/externalReference' })
    return { ...step, row: order, patch, problems }
  } catch (error) {
    if (!(error instanceof Refusal) || error.reasons.length === 0) throw error
    return { ...step, problems: error.reasons.map((reason) => ({ ...reason, line })) }
  }
}
