import { type Actor, type AuditEntry, changesBetween } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Change, World } from '../world.ts'

/** Benchtime itself, by the part of it that acted. */
export const system = (part: string): Actor => ({ kind: 'system', part })

/** The audit entry of a change, as part of its transaction. */
export const auditOf = (
  world: Pick<World, 'clock' | 'ids'>,
  of: {
    workspaceId: WorkspaceId
    subject: string
    action: string
    actor: Actor
    before?: object | undefined
    after: object
    note?: string | undefined
    /** Keeps what the fields were before, too. */
    tellsBefore?: boolean | undefined
  },
): Change => {
  const entry: AuditEntry = {
    workspaceId: of.workspaceId,
    id: `aud_${world.ids.unique()}`,
    subject: of.subject,
    action: of.action,
    at: instantOf(world.clock.now()),
    actor: of.actor,
    changes: changesBetween(of.before, of.after),
    ...(of.tellsBefore && of.before && { before: changesBetween(of.after, of.before) }),
    ...(of.note !== undefined && { note: of.note }),
  }
  return { type: 'audit', entry }
}
