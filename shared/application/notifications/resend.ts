import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { DeliveryId, WorkspaceId } from '#domain/ids.ts'
import type { Delivery } from '#domain/notifications/delivery.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

type Of = { readonly workspaceId: WorkspaceId; readonly actor: Actor }

/** Sends a message of the log again, from its first try. @throws Refusal `not_found`, `invalid_state` (it is on its way) */
export const resend = (
  of: Of & { readonly id: DeliveryId },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Delivery> =>
  transact(world, async () => {
    const { workspaceId, actor, id } = of
    const before = await world.store.get('delivery', { workspaceId, id })
    if (!before) throw notFound('notification', id)
    if (before.news.event === 'contact.verify')
      throw new Refusal('invalid_state', 'A code is told once. PUT the contact again to have a new one sent.')
    if (before.status !== 'sent' && before.status !== 'parked')
      throw new Refusal('invalid_state', `Notification ${id} is ${before.status}: it is on its way.`, {
        current: before,
      })
    const { sentAt: _sent, ...rest } = before
    const after: Delivery = {
      ...rest,
      status: 'waiting',
      dueAt: instantOf(world.clock.now()),
      tries: [],
      version: before.version + 1,
    }
    return {
      changes: [
        { type: 'put', kind: 'delivery', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'notification.resent', actor, after: {} }),
      ],
      result: after,
    }
  })
