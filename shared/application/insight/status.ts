import type { WorkspaceId } from '#domain/ids.ts'
import type { Status } from '#domain/insight.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { presencesOf } from '../agents/presences-of.ts'
import type { World } from '../world.ts'

/** Of each list; how the rest stands, the lists themselves tell. */
const shown = 100
const overdueMs = minutes(10)

/** How a workspace stands now: what is live and why it waits, what is held, who is there. Bounded, whatever there is. */
export const readStatus = async (
  { workspaceId }: { readonly workspaceId: WorkspaceId },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Status> => {
  const nowMs = world.clock.now()
  const page = { limit: shown }
  const { store } = world
  const [workspace, live, quarantined, agents, unsettled, overdue, drift] = await Promise.all([
    store.get('workspace', { id: workspaceId }),
    store.liveRuns(workspaceId, page),
    store.quarantined(workspaceId, page),
    store.list('agent', workspaceId, page),
    store.unsettledArmings(workspaceId, page),
    store.nextArmings(workspaceId, page, { to: instantOf(nowMs - overdueMs) }),
    store.get('driftReport', { workspaceId }),
  ])
  const active = agents.items.filter(({ status }) => status === 'enrolled')
  const seen = await presencesOf(active, world)
  return {
    at: instantOf(nowMs),
    stops: workspace?.stops ?? [],
    live: live.items.map((run) => ({
      runId: run.id,
      ...(run.scheduleId !== undefined && { scheduleId: run.scheduleId }),
      state: run.status,
      dueAt: run.dueAt,
      ...(run.status === 'waiting' && { why: `${run.waiting.message} Until ${run.waiting.until}.` }),
    })),
    quarantined: quarantined.items.map(({ id, assets }) => ({
      reservationId: id,
      assets: assets.map(({ assetId }) => assetId),
    })),
    agents: active.map(({ id, name }, index) => {
      const lastSeen = seen[index]?.lastSeenAt
      return {
        agentId: id,
        name,
        ...(lastSeen !== undefined && {
          lastSeen,
          silentSeconds: Math.max(0, Math.round((nowMs - msOf(lastSeen)) / 1000)),
        }),
      }
    }),
    unsettled: unsettled.items.length,
    overdue: overdue.items.length,
    ...(drift && {
      drift: { at: drift.at, missing: drift.missing, surplus: drift.surplus, different: drift.different },
    }),
    truncated: [live, quarantined, agents, unsettled, overdue].some(({ next }) => next !== undefined),
  }
}
