import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound } from '#domain/errors.ts'
import type { VerificationId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { withResolution } from '#domain/verification/report.ts'
import type { Verification } from '#domain/verification/verification.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

/**
 * Says of a finding that it is dealt with, and how. It stays resolved in later reports as long as its cause is the same; resolved
 * already, it stays as it is.
 * @throws Refusal `not_found` (the report, the finding)
 */
export const resolveFinding = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: VerificationId
    readonly fingerprint: string
    readonly note: string
    readonly actor: Actor
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Verification> => {
  const { workspaceId, id, fingerprint, note, actor } = input
  return transact<Verification>(world, async () => {
    const before = await world.store.get('verification', { workspaceId, id })
    if (!before) throw notFound('verification', id)
    const resolution = { by: actorName(actor), at: instantOf(world.clock.now()), note }
    const resolved = withResolution(before, fingerprint, resolution)
    if (!resolved) throw notFound('finding', fingerprint)
    if (resolved === before) return { changes: [], result: before }
    const after = { ...resolved, version: before.version + 1 }
    return {
      changes: [
        { type: 'put', kind: 'verification', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'verification.resolved', actor, before, after, note }),
      ],
      result: after,
    }
  })
}
