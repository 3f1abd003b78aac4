import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import type { World } from '../world.ts'
import { presencesOf } from './presences-of.ts'

/** An agent polls every minute; one that was silent for so long is away. */
export const silentMs = minutes(5)

/** Tells of agents that nobody has heard of for too long, once each time. @returns how many */
export const watchAgents = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<number> => {
  let told = 0
  let cursor: string | undefined
  const nowMs = world.clock.now()
  do {
    const page = await world.store.list('agent', workspaceId, { limit: 100, cursor })
    const enrolled = page.items.filter(({ status }) => status === 'enrolled')
    for (const presence of await presencesOf(enrolled, world)) {
      if (!presence || presence.offlineSince !== undefined) continue
      if (nowMs - msOf(presence.lastSeenAt) < silentMs) continue
      const value = { ...presence, offlineSince: instantOf(nowMs), version: presence.version + 1 }
      const subject = presence.agentId
      const note = `Nobody has heard of it since ${presence.lastSeenAt}.`
      const done = await world.store.commit([
        { type: 'put', kind: 'presence', value, expect: presence.version },
        auditOf(world, { workspaceId, subject, action: 'agent.offline', actor: system('watch'), after: {}, note }),
      ])
      if (done.committed) told += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return told
}
