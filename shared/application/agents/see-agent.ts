import type { Presence } from '#domain/agents/agent.ts'
import type { Instrument } from '#domain/agents/instrument.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import type { Change, World } from '../world.ts'

/** Between two writes about an agent that is simply there. */
const staleAfterMs = minutes(1)

/** Wall clocks that differ by more are worth telling. */
const skewMs = minutes(1)
/** Two processes under one name take turns; one that was started again does not come back to its old session. */
const rivalMs = minutes(10)

/** What is told of an agent that matters at once, however lately it was seen. */
const telling = ({ session, software, instruments, clockAheadSeconds }: Presence): string =>
  JSON.stringify([
    session,
    software,
    instruments?.map(({ state, conditions }) => [state, conditions]),
    !!clockAheadSeconds,
  ])

/**
 * Remembers that an agent was heard, and what it says of its instruments: once a minute, and at once when something about it is
 * different. A second process under its name raises attention; it can do no harm, because every command is granted once.
 */
export const seeAgent = async (
  seen: {
    readonly workspaceId: WorkspaceId
    readonly agentId: AgentId
    readonly session: string
    readonly software: string
    readonly instruments?: readonly Instrument[] | undefined
    readonly wallClock?: string | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> => {
  const { workspaceId, agentId, session, software, instruments, wallClock } = seen
  const known = await world.store.get('presence', { workspaceId, agentId })
  const nowMs = world.clock.now()
  const aheadMs = wallClock === undefined ? 0 : msOf(wallClock) - nowMs
  const back = known?.before?.session === session && nowMs - msOf(known.before.until) < rivalMs
  const value: Presence = {
    workspaceId,
    agentId,
    lastSeenAt: instantOf(nowMs),
    session,
    software,
    ...(instruments && { instruments: [...instruments] }),
    ...(Math.abs(aheadMs) > skewMs && { clockAheadSeconds: Math.round(aheadMs / 1000) }),
    ...(known && known.session !== session
      ? { before: { session: known.session, until: known.lastSeenAt } }
      : known?.before && { before: known.before }),
    ...(back
      ? { rivals: { since: known.rivals?.since ?? instantOf(nowMs), session } }
      : known?.rivals && nowMs - msOf(known.lastSeenAt) < rivalMs && { rivals: known.rivals }),
    version: (known?.version ?? 0) + 1,
  }
  const fresh = known && nowMs - msOf(known.lastSeenAt) < staleAfterMs
  if (fresh && telling(known) === telling(value) && !(back && !known.rivals)) return
  const changes: Change[] = [{ type: 'put', kind: 'presence', value, expect: known?.version ?? 'absent' }]
  const actor: Actor = { kind: 'agent', agentId }
  const tell = (action: string, note: string): void => {
    changes.push(auditOf(world, { workspaceId, subject: agentId, action, actor, after: {}, note }))
  }
  if (known?.offlineSince !== undefined)
    tell('agent.online', `It was not heard of from ${known.offlineSince} to ${instantOf(nowMs)}.`)
  if (back && !known.rivals)
    tell(
      'agent.rivals',
      'Two processes speak under its name. Stop one of them, and change the credential if you know only one.',
    )
  // A conflict means that another poll has just said the same.
  await world.store.commit(changes)
}
