import type { Presence } from '#domain/agents/agent.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** Between two writes about an agent that is simply there. */
const staleAfterMs = minutes(1)

/** Remembers that an agent was heard: once a minute, and at once when its process or its software is another. */
export const seeAgent = async (
  seen: {
    readonly workspaceId: WorkspaceId
    readonly agentId: AgentId
    readonly session: string
    readonly software: string
  },
  world: Pick<World, 'store' | 'clock'>,
): Promise<void> => {
  const { workspaceId, agentId, session, software } = seen
  const known = await world.store.get('presence', { workspaceId, agentId })
  const nowMs = world.clock.now()
  const fresh = known && nowMs - msOf(known.lastSeenAt) < staleAfterMs
  if (fresh && known.session === session && known.software === software) return
  const value: Presence = {
    workspaceId,
    agentId,
    lastSeenAt: instantOf(nowMs),
    session,
    software,
    version: (known?.version ?? 0) + 1,
  }
  // A conflict means that another poll has just said the same.
  await world.store.commit([{ type: 'put', kind: 'presence', value, expect: known?.version ?? 'absent' }])
}
