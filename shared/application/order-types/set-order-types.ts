import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { OrderType, OrderTypes } from '#domain/orders/order-type.ts'
import { typeReasons } from '#domain/orders/with-type.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { requirementReasons } from '../orders/requirement-reasons.ts'
import type { World } from '../world.ts'
import { orderTypesOf } from './read-order-types.ts'

const reasonsOf = async (
  workspaceId: WorkspaceId,
  types: readonly OrderType[],
  world: Pick<World, 'store'>,
): Promise<Reason[]> => {
  const unknown = await requirementReasons(
    workspaceId,
    types.map(({ requirements }) => requirements),
    world,
  )
  return types.flatMap((type, index) =>
    [...(unknown[index] ?? []), ...typeReasons(type)].map((reason) => ({
      ...reason,
      path: `/types/${index}${reason.path ?? ''}`,
    })),
  )
}

/**
 * Replaces the types of orders, all of them at once. Orders that are there keep what was written into them; how many of a type
 * somebody does on a day, and how far apart, is as it says now.
 * @throws Refusal `invalid` with every reason, `stale_version` (with the current types)
 */
export const setOrderTypes = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly version: Expected
    readonly types: readonly OrderType[]
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<OrderTypes> => {
  const { workspaceId, actor, version, types } = input
  return transact<OrderTypes>(world, async () => {
    const before = await orderTypesOf(workspaceId, world)
    if (version !== 'any' && before.version !== version) throw staleVersion('order types', before)
    if (before.version > 0 && JSON.stringify(before.types) === JSON.stringify(types))
      return { changes: [], result: before }
    const reasons = await reasonsOf(workspaceId, types, world)
    if (reasons.length > 0)
      throw new Refusal(
        'invalid',
        `The types cannot be kept as they are written: ${reasons[0]?.message}. Nothing was changed.`,
        { reasons },
      )
    const after: OrderTypes = {
      workspaceId,
      types: [...types],
      version: before.version + 1,
      updatedAt: instantOf(world.clock.now()),
      updatedBy: actorName(actor),
    }
    return {
      changes: [
        { type: 'put', kind: 'orderTypes', value: after, expect: before.version === 0 ? 'absent' : before.version },
        auditOf(world, {
          workspaceId,
          subject: 'order-types',
          action: 'order-types.changed',
          actor,
          before: before.version === 0 ? undefined : before,
          after,
        }),
      ],
      result: after,
    }
  })
}
