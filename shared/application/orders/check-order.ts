import { type Reason, Refusal } from '#domain/errors.ts'
import type { BatchId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { canDo } from '#domain/people/abilities.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { batchReasons } from '../batches/batch-reasons.ts'
import { describeWanted } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { bindsAnew, readChains } from './read-chains.ts'
import { requirementReasons } from './requirement-reasons.ts'

/** What a person says of an order; the rest is Benchtime's. */
export type OrderFields = Pick<
  Order,
  'name' | 'priority' | 'value' | 'durationMinutes' | 'requirements' | 'mode' | 'tags'
> & {
  readonly [K in
    | 'quality'
    | 'release'
    | 'due'
    | 'protocolId'
    | 'parameters'
    | 'constraints'
    | 'follows'
    | 'externalReference'
    | 'batchId'
    | 'type'
    | 'byHandOnly'
    | 'notes']?: Order[K] | undefined
}

const timeReasons = ({ release, due, durationMinutes }: OrderFields): Reason[] => {
  if (release === undefined || due === undefined) return []
  const window = msOf(due) - msOf(release)
  if (window <= 0) return [{ code: 'due-before-release', message: '`due` must be after `release`', path: '/due' }]
  const short = minutes(durationMinutes) - window
  return short > 0
    ? [
        {
          code: 'window-too-short',
          message: `from \`release\` to \`due\` there are ${Math.ceil(short / 60_000)} minutes less than it takes`,
          path: '/durationMinutes',
        },
      ]
    : []
}

/** What a run holds is what its order asked for; so that must be all that the protocol needs. */
const uncovered = async (
  workspaceId: WorkspaceId,
  needs: Protocol['requirements'],
  wanted: OrderFields['requirements'],
  world: Pick<World, 'store'>,
): Promise<string[]> => {
  const ids = wanted.flatMap((want) => ('assetId' in want ? [want.assetId] : []))
  const assets = new Map(
    (
      await world.store.getMany(
        'asset',
        ids.map((id) => ({ workspaceId, id })),
      )
    ).flatMap((asset) => (asset ? [[asset.id, asset] as const] : [])),
  )
  const left = [...wanted]
  return needs.flatMap((need) => {
    const at = left.findIndex((want) => {
      if (want.units < need.units) return false
      if ('assetId' in need) return 'assetId' in want && want.assetId === need.assetId
      if ('capability' in want) return want.capability === need.capability
      return 'assetId' in want && canDo(assets.get(want.assetId) ?? { capabilities: [] }, need.capability)
    })
    if (at < 0) return [`${describeWanted(need)}${need.units > 1 ? ` (${need.units} units)` : ''}`]
    left.splice(at, 1)
    return []
  })
}

const protocolReasons = async (
  workspaceId: WorkspaceId,
  { protocolId, parameters, durationMinutes, requirements }: OrderFields,
  world: Pick<World, 'store' | 'parameters'>,
): Promise<Reason[]> => {
  if (protocolId === undefined)
    return parameters === undefined
      ? []
      : [{ code: 'no-protocol', message: 'parameters belong to a protocol; name one', path: '/parameters' }]
  const protocol = await world.store.get('protocol', { workspaceId, id: protocolId })
  if (protocol?.status !== 'active')
    return [
      {
        code: 'no-protocol',
        message: `there is no protocol ${protocolId} in this workspace, or it is archived`,
        path: '/protocolId',
      },
    ]
  const needed = Math.ceil(protocol.expectedDurationSeconds / 60)
  const missing = await uncovered(workspaceId, protocol.requirements, requirements, world)
  return [
    ...(needed > durationMinutes
      ? [
          {
            code: 'too-short-for-protocol',
            message: `protocol "${protocol.name}" is expected to take ${needed} minutes`,
            path: '/durationMinutes',
          },
        ]
      : []),
    ...(missing.length > 0
      ? [
          {
            code: 'protocol-needs-more',
            message: `protocol "${protocol.name}" needs ${missing.join(' and ')}, which the order does not ask for`,
            path: '/requirements',
          },
        ]
      : []),
    ...world.parameters.check(protocol.parametersSchema ?? {}, parameters ?? {}),
  ]
}

/** Why it is too late for an order: said where `due` is said, not of orders that became overdue since. */
export const dueReasons = (
  { due, durationMinutes }: OrderFields,
  before: Pick<Order, 'due'> | undefined,
  nowMs: number,
): Reason[] =>
  due === undefined || due === before?.due || msOf(due) - minutes(durationMinutes) > nowMs
    ? []
    : [
        {
          code: 'due-passed',
          message: `it takes ${durationMinutes} minutes and is due at ${due}; it is ${instantOf(nowMs)} now`,
          path: '/due',
        },
      ]

/** @throws Refusal `invalid` where it is too late for an order */
export const checkDue = (...of: Parameters<typeof dueReasons>): void => {
  const reasons = dueReasons(...of)
  if (reasons.length > 0)
    throw new Refusal('invalid', `The order cannot be done any more: ${reasons[0]?.message}.`, { reasons })
}

type Looked = {
  readonly workspaceId: WorkspaceId
  readonly order: OrderFields
  /** What it was, where it was there before. */
  readonly before?: Order | undefined
  /** Batches that are made at the same time. */
  readonly madeBatches?: ReadonlySet<BatchId> | undefined
}

/** Everything that is wrong with an order by itself: not which others it follows. */
export const orderReasons = async (
  { workspaceId, order, before, madeBatches: made }: Looked,
  world: Pick<World, 'store' | 'parameters'>,
): Promise<readonly Reason[]> => {
  // What it asked for before stays its own, whatever became of that meanwhile: its name may be changed all the same.
  const asksAnew = JSON.stringify(order.requirements) !== JSON.stringify(before?.requirements)
  const found = await Promise.all([
    asksAnew ? requirementReasons(workspaceId, [order.requirements], world).then((all) => all.flat()) : [],
    protocolReasons(workspaceId, order, world),
    batchReasons({ workspaceId, order, before, made }, world),
  ])
  return [...timeReasons(order), ...found.flat()]
}

const refuseFor = (reasons: readonly Reason[]): void => {
  const [first] = reasons
  if (first) throw new Refusal('invalid', `The order cannot be kept as it is written: ${first.message}.`, { reasons })
}

/** Checks an order that follows no other. @throws Refusal `invalid` with all reasons */
export const checkAlone = async (...of: Parameters<typeof orderReasons>): Promise<void> =>
  refuseFor(await orderReasons(...of))

/** @returns the orders that it follows, as they are, where that is new. @throws Refusal `invalid` with all reasons */
export const checkOrder = async (
  of: Looked & { readonly id: OrderId },
  world: Pick<World, 'store' | 'parameters'>,
): Promise<readonly Order[]> => {
  const { workspaceId, id, order, before } = of
  const bonded = { id, follows: order.follows, before }
  const anew = bindsAnew(bonded)
  const [own, chains] = await Promise.all([
    orderReasons(of, world),
    anew ? readChains(workspaceId, [bonded], world) : undefined,
  ])
  refuseFor([...own, ...(chains?.reasons(id) ?? [])])
  return chains?.above(id).flatMap((other) => chains.stored.get(other) ?? []) ?? []
}
