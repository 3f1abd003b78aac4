import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import { reckon, scoreOf } from '#domain/plans/reckon.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

const worthOf = (items: readonly PlanItem[]): number => items.reduce((sum, { value }) => sum + value, 0)

/** What is done to the slots that there were. What is taken out leaves its slot where it is. */
const changesOf = ({ changes }: Plan, items: readonly PlanItem[]): Plan['changes'] => {
  const before = changes.kept + changes.moved + changes.dropped
  const standing = items.filter(({ state }) => state !== 'dropped')
  const served = items.filter(({ slotId }) => slotId !== undefined)
  const kept = served.filter(({ state }) => state === 'kept' || state === 'dropped')
  return {
    ...changes,
    kept: kept.length,
    moved: served.length - kept.length,
    dropped: before - served.length,
    added: standing.filter(({ slotId }) => slotId === undefined).length,
    valueAfter: worthOf(standing) + worthOf(kept.filter(({ state }) => state === 'dropped')),
  }
}

/** A plan with what it comes to by its items as they are now; `leftOut`: orders that it had no room for. */
export const reckonedAnew = async (
  plan: Plan,
  items: readonly PlanItem[],
  leftOut: number,
  world: Pick<World, 'store'>,
): Promise<Plan> => {
  const { workspaceId, metrics, from, to } = plan
  const standing = items.filter(({ state }) => state !== 'dropped')
  // Of what is committed nobody knows any more which slot made way for it.
  const changes = plan.status === 'candidate' ? changesOf(plan, items) : plan.changes
  const ids = [...new Set(standing.flatMap(({ assets }) => assets.map(({ assetId }) => assetId)))]
  const assets = await world.store.getMany(
    'asset',
    ids.map((id) => ({ workspaceId, id })),
  )
  const reckoned = reckon(standing, {
    orders: metrics.orders,
    valueOfAll: metrics.valueOfAll,
    span: { startMs: msOf(from), endMs: msOf(to) },
    dropped: changes.dropped,
    basis: metrics.basis,
    capacities: new Map(assets.flatMap((asset) => (asset ? [[asset.id, asset.capacity] as const] : []))),
  })
  // What changes cost stays as it was, once they are done.
  const done = Object.entries(metrics.terms).filter(([term]) => ['move', 'reassign', 'drop'].includes(term))
  const terms = plan.status === 'candidate' ? reckoned.terms : { ...reckoned.terms, ...Object.fromEntries(done) }
  const told = { ...reckoned, terms, ...(metrics.before && { before: metrics.before }) }
  return {
    ...plan,
    changes,
    metrics: told,
    score: scoreOf(told),
    items: standing.length,
    leftOut: leftOut + items.length - standing.length,
  }
}
