import type { WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { entryOf, inOrder, type Queue } from '#domain/runs/queue.ts'
import { hasDrive } from '#domain/runs/run.ts'
import { msOf } from '#domain/time.ts'
import { presencesOf } from '../agents/presences-of.ts'
import { silentMs } from '../agents/watch-agents.ts'
import type { World } from '../world.ts'

/** Of each list. */
const shown = 100

/** What runs and what waits, in the order in which it is expected to start; what is in recovery; which agents are there. */
export const readQueue = async (
  { workspaceId }: { readonly workspaceId: WorkspaceId },
  { store, clock }: Pick<World, 'store' | 'clock'>,
): Promise<Queue> => {
  const nowMs = clock.now()
  const page = { limit: shown }
  const [live, recoveries, agents] = await Promise.all([
    store.liveRuns(workspaceId, page),
    store.openRecoveries(workspaceId, page),
    store.list('agent', workspaceId, page),
  ])
  const runs = live.items.filter(isLive)
  const driven = runs.filter(hasDrive)
  const enrolled = agents.items.filter(({ status }) => status === 'enrolled')
  const [letters, seen] = await Promise.all([
    driven.length === 0
      ? []
      : store.getMany(
          'command',
          driven.map(({ drive: { agentId, commandId } }) => ({ workspaceId, agentId, id: commandId })),
        ),
    presencesOf(enrolled, { store }),
  ])
  const progress = new Map(
    letters.flatMap((letter) => (letter?.status === 'driving' ? [[letter.runId, letter.progress] as const] : [])),
  )
  return {
    runs: inOrder(runs, nowMs).map((place) => entryOf(place, progress.get(place.run.id))),
    recoveries: recoveries.items.map(({ id, cause, note, since, runId, scheduleId, holds, decidesAt }) => ({
      recoveryId: id,
      cause,
      note,
      since,
      ...(runId !== undefined && { runId }),
      ...(scheduleId !== undefined && { scheduleId }),
      assetIds: holds.assets,
      ...(decidesAt !== undefined && { decidesAt }),
    })),
    agents: enrolled.map(({ id, name }, index) => {
      const presence = seen[index]
      if (!presence) return { agentId: id, name, state: 'never-seen' as const }
      const { lastSeenAt, software, instruments } = presence
      return {
        agentId: id,
        name,
        state: nowMs - msOf(lastSeenAt) < silentMs ? ('online' as const) : ('offline' as const),
        lastSeenAt,
        software,
        ...(instruments && { instruments }),
      }
    }),
    truncated: [live, recoveries, agents].some(({ next }) => next !== undefined),
  }
}
