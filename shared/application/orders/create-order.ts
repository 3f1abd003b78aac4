import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { usualOrder } from '#domain/orders/order-row.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'
import { changeOrder } from './change-order.ts'
import { checkDue, checkOrder, type OrderFields } from './check-order.ts'
import { completeOrder, type WrittenOrder } from './complete-order.ts'

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T

/** An order as it is said; what is left out is as usual, or as it was. */
type SaidOrder = Omit<WrittenOrder, keyof typeof usualOrder> & {
  readonly [K in keyof typeof usualOrder]?: Order[K] | undefined
}

type New = {
  readonly workspaceId: WorkspaceId
  readonly id: OrderId
  readonly actor: Actor
  readonly order: OrderFields
  readonly source: Order['source']
  /** What it already is. */
  readonly more?: Partial<Pick<Order, 'status' | 'reason' | 'createdAt'>>
}

/** An order that is made, and everything that is stored of it. */
export const newOrder = (
  { workspaceId, id, actor, order, source, more }: New,
  world: Pick<World, 'clock' | 'ids'>,
): { readonly value: Order; readonly changes: readonly Change[] } => {
  const fields = withoutUndefined(order) as OrderFields & Pick<Order, 'mode'>
  const value = {
    workspaceId,
    id,
    ...fields,
    status: 'new',
    source,
    slots: [],
    ...made(actor, world),
    ...more,
  } as Order
  const { externalReference } = value
  return {
    value,
    changes: [
      { type: 'put', kind: 'order', value, expect: 'absent' },
      ...(externalReference === undefined
        ? []
        : [
            {
              type: 'put',
              kind: 'orderReference',
              value: { workspaceId, id: externalReference, orderId: id, version: 1 },
              expect: 'absent',
            } as const,
          ]),
      auditOf(world, { workspaceId, subject: id, action: 'order.created', actor, after: value }),
    ],
  }
}

/** The order that has an external reference already. */
export const orderNamed = async (
  workspaceId: WorkspaceId,
  externalReference: string | undefined,
  world: Pick<World, 'store'>,
): Promise<Order | undefined> => {
  if (externalReference === undefined) return undefined
  const reference = await world.store.get('orderReference', { workspaceId, id: externalReference })
  return reference && world.store.get('order', { workspaceId, id: reference.orderId })
}

/**
 * Places an order. One whose external reference is there already is refused, or changes what it says of the order that has it.
 * @throws Refusal `invalid` with all reasons, `already_exists`, `invalid_state` (an update of one that is committed)
 */
export const createOrder = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly order: SaidOrder
    readonly onDuplicate: 'refuse' | 'update'
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'parameters'>,
): Promise<Order> => {
  const { workspaceId, actor, onDuplicate, order: said } = input
  const there = await orderNamed(workspaceId, said.externalReference, world)
  if (there && onDuplicate === 'update')
    return changeOrder({ workspaceId, id: there.id, actor, version: 'any', patch: said }, world)
  const order = await completeOrder(workspaceId, { ...usualOrder, ...withoutUndefined(said) } as WrittenOrder, world)
  const taken = (orderId: string): Refusal =>
    new Refusal(
      'already_exists',
      `Order ${orderId} has the external reference "${order.externalReference}" already. Change that order, or send \`onDuplicate\` as "update".`,
    )
  if (there) throw taken(there.id)
  checkDue(order, undefined, world.clock.now())
  const id: OrderId = `ord_${world.ids.unique()}`
  await checkOrder({ workspaceId, id, order }, world)
  const { value, changes } = newOrder({ workspaceId, id, actor, order, source: 'manual' }, world)
  if ((await world.store.commit(changes)).committed) return value
  const faster = await orderNamed(workspaceId, order.externalReference, world)
  throw faster ? taken(faster.id) : new Refusal('contended', 'Nothing was stored; try again.')
}
