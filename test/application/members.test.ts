import { describe, expect, test } from 'vitest'
import { withoutSecrets } from '#application/notifications/without-secrets.ts'
import { withoutSecret } from '#application/proposals/keep-connector.ts'
import { putMember } from '#application/workspaces/put-member.ts'
import { removeMember } from '#application/workspaces/remove-member.ts'
import { foldEntries } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { Contact } from '#domain/notifications/contact.ts'
import type { Connector } from '#domain/proposals/connector.ts'
import { send } from '../api/call.ts'
import { furnish, routeIds, successOf } from '../api/furnished.ts'
import { workspaceId } from '../api/laboratory.ts'

const person = (subject: string) => ({ kind: 'person', subject }) as const

describe('the last admin', () => {
  test('two admins who remove or demote each other at once: one stays', async () => {
    for (const how of ['remove', 'demote'] as const) {
      const { lab } = await furnish()
      const input = { workspaceId, version: 'any' } as const
      await putMember({ ...input, subject: 'bea', actor: person('admin'), name: 'Bea', role: 'admin' }, lab.world)
      const act = (subject: string, by: string): Promise<unknown> =>
        how === 'remove'
          ? removeMember({ ...input, subject, actor: person(by) }, lab.world)
          : putMember({ ...input, subject, actor: person(by), name: 'X', role: 'viewer' }, lab.world)
      const answers = await Promise.allSettled([act('bea', 'admin'), act('admin', 'bea')])
      const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
      expect(failed.length).toBe(1)
      expect(failed[0]).toBeInstanceOf(Refusal)
      const { items } = await lab.world.store.list('member', workspaceId, { limit: 100 })
      expect(items.filter(({ role }) => role === 'admin').length).toBe(1)
    }
  })
})

/** I6: every state equals the fold of its audit entries. */
test('after every change of every route, each thing is the sum of its history', async () => {
  for (const id of routeIds) {
    const { lab, things } = await furnish()
    await send(lab, successOf(id, things))
    const { documents, audit } = lab.world.store.everything()
    for (const [key, value] of documents) {
      const [kind] = key.split('/')
      if (
        kind === 'arming' ||
        kind === 'externalName' ||
        kind === 'orderReference' ||
        kind === 'planPart' ||
        kind === 'snapshotPart' ||
        kind === 'revision' ||
        kind === 'idempotency' ||
        kind === 'scheduleStats' ||
        kind === 'command' ||
        kind === 'notice' ||
        kind === 'holding' ||
        // Logs and records that are their own history.
        kind === 'delivery' ||
        // Larger than a history entry: that tells who put it, and how much it was.
        kind === 'legacyOrders' ||
        kind === 'migrationState' ||
        kind === 'planningProgress' ||
        // Places that are taken; whoever takes one has a history.
        kind === 'capacity' ||
        kind === 'artifact' ||
        kind === 'assetHealth'
      )
        continue
      const thing = value as { workspaceId?: string; id?: string; subject?: string }
      // There is one of these in a workspace, without an id.
      const alone: Partial<Record<string, string>> = { rotation: 'rotations', orderTypes: 'order-types' }
      const subject = alone[kind ?? ''] ?? (kind === 'member' ? thing.subject : thing.id)
      const entries = audit.get(`${thing.workspaceId ?? thing.id}/${subject}`) ?? []
      // What signs and verifies is in no history.
      const told =
        kind === 'contact'
          ? withoutSecrets(value as Contact)
          : kind === 'connector'
            ? withoutSecret(value as Connector)
            : value
      expect(foldEntries(entries), `${id}: ${key}`).toEqual(told)
    }
  }
})
