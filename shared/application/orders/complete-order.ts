import { type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import type { OrderType } from '#domain/orders/order-type.ts'
import { lacksForType, withType } from '#domain/orders/with-type.ts'
import { applied, type Patch } from '../common/patch.ts'
import { orderTypeNamed } from '../order-types/read-order-types.ts'
import type { World } from '../world.ts'
import type { OrderFields } from './check-order.ts'

/** An order as a person writes it: what its type or its protocol says may be left out. */
export type WrittenOrder = Omit<OrderFields, 'requirements' | 'durationMinutes'> & {
  readonly [K in 'requirements' | 'durationMinutes']?: OrderFields[K] | undefined
}

const most = 20

const refuseFor = (reasons: readonly Reason[]): void => {
  const [first] = reasons
  if (first) throw new Refusal('invalid', `The order cannot be kept as it is written: ${first.message}.`, { reasons })
}

const unknownType = (name: string): Reason => ({
  code: 'unknown-type',
  message: `there is no type of orders "${name}" in this workspace`,
  path: '/type',
})

const tooMany = (count: number): Reason[] =>
  count > most
    ? [
        {
          code: 'too-many',
          message: `with those of its type it has ${count} requirements; it may have ${most}`,
          path: '/requirements',
        },
      ]
    : []

/** What is still not said of an order, neither by itself nor by its type or protocol. */
const unsaid = ({ requirements = [], durationMinutes, protocolId }: WrittenOrder, hasProtocol: boolean): Reason[] => {
  const found: Reason[] = []
  if (protocolId !== undefined && !hasProtocol && requirements.length === 0)
    found.push({
      code: 'no-protocol',
      message: `there is no protocol ${protocolId} in this workspace`,
      path: '/protocolId',
    })
  else if (requirements.length === 0)
    found.push({
      code: 'required',
      message: 'say which assets it needs, or name a protocol or a type that says it',
      path: '/requirements',
    })
  if (durationMinutes === undefined)
    found.push({
      code: 'required',
      message: 'say how long it takes, or name a type that says it',
      path: '/durationMinutes',
    })
  return found
}

/**
 * @returns the order whole: what it needs is what it says itself, else what its protocol needs, and what its type needs besides;
 * whatever else its type says is written into it. @throws Refusal `invalid` with all reasons
 */
export const completeOrder = async (
  workspaceId: WorkspaceId,
  order: WrittenOrder,
  world: Pick<World, 'store'>,
): Promise<OrderFields> => {
  const { protocolId, requirements } = order
  const [protocol, type] = await Promise.all([
    requirements || protocolId === undefined ? undefined : world.store.get('protocol', { workspaceId, id: protocolId }),
    orderTypeNamed(workspaceId, order.type, world),
  ])
  if (order.type !== undefined && !type) refuseFor([unknownType(order.type)])
  const said = protocol ? { ...order, requirements: [...protocol.requirements] } : order
  const whole = type ? withType(said, type) : said
  refuseFor([
    ...unsaid(whole, protocol !== undefined),
    ...tooMany(whole.requirements?.length ?? 0),
    ...(type ? lacksForType(whole, type) : []),
  ])
  return whole as OrderFields
}

const typeOf = (current: Order, said: Patch<OrderFields>): string | undefined =>
  said.type === null ? undefined : (said.type ?? current.type)

const laid = (current: Order, said: Patch<OrderFields>, type: OrderType): Patch<OrderFields> => {
  const after = applied<Order>(current, said)
  const { requirements, constraints, follows } = withType(after, type)
  refuseFor([...lacksForType(after, type), ...tooMany(requirements.length)])
  return said.type === type.type && current.type !== type.type
    ? { ...said, requirements, ...(constraints && { constraints }), ...(follows && { follows }) }
    : { ...said, ...(said.follows && follows && { follows }) }
}

/**
 * @returns what is said of an order that is there, with what its type says of it: all of that where it becomes of another type,
 * and how it follows another where that is said. @throws Refusal `invalid` with all reasons
 */
export const completePatch = async (
  current: Order,
  said: Patch<OrderFields>,
  world: Pick<World, 'store'>,
): Promise<Patch<OrderFields>> => {
  const name = typeOf(current, said)
  const becomes = name !== undefined && name !== current.type
  if (name === undefined || (!becomes && said.follows === undefined)) return said
  const type = await orderTypeNamed(current.workspaceId, name, world)
  if (becomes && !type) refuseFor([unknownType(name)])
  return type ? laid(current, said, type) : said
}
