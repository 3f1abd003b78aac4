import type { AgentId, AssetId, RunId, WorkspaceId } from '#domain/ids.ts'
import type { Capacity, CapacityId, CapacityLimit } from '#domain/runs/capacity.ts'
import type { Drive } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import type { Change, Rulebook, World } from '../world.ts'

type Of = {
  readonly workspace: Workspace | undefined
  readonly agentId: AgentId
  readonly assetIds: readonly AssetId[]
  readonly rulebook: Pick<Rulebook, 'assetGroups'>
}

/** The limits that hold for a drive: of the workspace, of the agent, and of every group that one of its assets belongs to. */
export const limitsFor = async (
  workspaceId: WorkspaceId,
  { workspace, agentId, assetIds, rulebook }: Of,
  world: Pick<World, 'store'>,
): Promise<CapacityLimit[]> => {
  const agent = await world.store.get('agent', { workspaceId, id: agentId })
  const limit = (id: CapacityId, name: string, most: number | undefined): CapacityLimit[] =>
    most === undefined ? [] : [{ id, name, most }]
  return [
    ...limit('workspace', 'the workspace', workspace?.maxConcurrentRuns),
    ...limit(agentId, `agent "${agent?.name ?? agentId}"`, agent?.maxConcurrentRuns),
    ...rulebook.assetGroups
      .filter((group) => group.assetIds.some((id) => assetIds.includes(id)))
      .flatMap(({ id, name, maxConcurrentRuns }) => limit(id, `group "${name}"`, maxConcurrentRuns)),
  ]
}

export type Room =
  | { readonly kind: 'room'; readonly changes: readonly Change[]; readonly places: readonly CapacityId[] }
  | { readonly kind: 'full'; readonly limit: CapacityLimit; readonly holders: readonly RunId[] }

/** A place under each limit, as changes of the transaction that starts the run; or the first limit that has none left. */
export const takePlaces = async (
  workspaceId: WorkspaceId,
  runId: RunId,
  limits: readonly CapacityLimit[],
  world: Pick<World, 'store' | 'clock'>,
): Promise<Room> => {
  if (limits.length === 0) return { kind: 'room', changes: [], places: [] }
  const found = await world.store.getMany(
    'capacity',
    limits.map(({ id }) => ({ workspaceId, id })),
  )
  const at = instantOf(world.clock.now())
  const changes: Change[] = []
  for (const [index, limit] of limits.entries()) {
    const before = found[index]
    const holders = Object.keys(before?.holders ?? {}).filter((id) => id !== runId) as RunId[]
    if (holders.length >= limit.most) return { kind: 'full', limit, holders }
    const value: Capacity = {
      workspaceId,
      id: limit.id,
      holders: { ...before?.holders, [runId]: at },
      version: (before?.version ?? 0) + 1,
    }
    changes.push({ type: 'put', kind: 'capacity', value, expect: before?.version ?? 'absent' })
  }
  return { kind: 'room', changes, places: limits.map(({ id }) => id) }
}

/** Gives the places of a drive back, in the transaction that ends it. */
export const givePlacesBack = async (
  workspaceId: WorkspaceId,
  runId: RunId,
  drive: Drive | undefined,
  world: Pick<World, 'store'>,
): Promise<Change[]> => {
  const places = (drive?.capacity ?? []) as CapacityId[]
  if (places.length === 0) return []
  const found = await world.store.getMany(
    'capacity',
    places.map((id) => ({ workspaceId, id })),
  )
  return found.flatMap((before): Change[] => {
    if (!before || !(runId in before.holders)) return []
    const { [runId]: _left, ...holders } = before.holders
    const value: Capacity = { ...before, holders, version: before.version + 1 }
    return [{ type: 'put', kind: 'capacity', value, expect: before.version }]
  })
}
