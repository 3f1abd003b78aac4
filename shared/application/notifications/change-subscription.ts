import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { SubscriptionId, WorkspaceId } from '#domain/ids.ts'
import type { Subscription } from '#domain/notifications/subscription.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, made, staleVersion, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { checkZone } from './check-zone.ts'

type Of = { readonly workspaceId: WorkspaceId; readonly actor: Actor }

export type SubscriptionBody = Omit<
  Subscription,
  'workspaceId' | 'id' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
>

const checkSubscription = async (of: Of & { readonly body: SubscriptionBody }, world: Pick<World, 'store'>) => {
  const { workspaceId, body } = of
  if (body.quietHours) checkZone(body.quietHours.timeZone, '/quietHours/timeZone')
  if (!(await world.store.get('contact', { workspaceId, id: body.contactId })))
    throw new Refusal('invalid', `There is no contact ${body.contactId} in this workspace.`, {
      reasons: [{ code: 'unknown-contact', message: 'no such contact', path: '/contactId' }],
    })
}

/** @throws Refusal `invalid` (no such contact, no such zone) */
export const createSubscription = async (
  of: Of & { readonly body: SubscriptionBody },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Subscription> => {
  const { workspaceId, actor, body } = of
  await checkSubscription(of, world)
  const value: Subscription = { workspaceId, id: `sub_${world.ids.unique()}`, ...body, ...made(actor, world) }
  const { committed } = await world.store.commit([
    { type: 'put', kind: 'subscription', value, expect: 'absent' },
    auditOf(world, { workspaceId, subject: value.id, action: 'subscription.created', actor, after: value }),
  ])
  if (!committed) throw new Refusal('contended', 'The subscription could not be stored. Nothing was stored; try again.')
  return value
}

type OneSubscription = Of & { readonly id: SubscriptionId; readonly version: Expected }

const storedSubscription = async ({ workspaceId, id, version }: OneSubscription, world: Pick<World, 'store'>) => {
  const before = await world.store.get('subscription', { workspaceId, id })
  if (!before) throw notFound('subscription', id)
  if (version !== 'any' && before.version !== version) throw staleVersion('subscription', before)
  return before
}

/** @throws Refusal `not_found`, `stale_version`, `invalid` */
export const replaceSubscription = (
  of: OneSubscription & { readonly body: SubscriptionBody },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Subscription> =>
  transact(world, async () => {
    const { workspaceId, actor, id, body } = of
    await checkSubscription(of, world)
    const before = await storedSubscription(of, world)
    const { createdAt, createdBy } = before
    const after: Subscription = {
      workspaceId,
      id,
      ...body,
      createdAt,
      createdBy,
      ...touched(actor, world),
      version: before.version + 1,
    }
    return {
      changes: [
        { type: 'put', kind: 'subscription', value: after, expect: before.version },
        auditOf(world, {
          workspaceId,
          subject: id,
          action: 'subscription.changed',
          actor,
          before,
          after,
          tellsBefore: true,
        }),
      ],
      result: after,
    }
  })

/** @throws Refusal `not_found`, `stale_version` */
export const removeSubscription = (of: OneSubscription, world: Pick<World, 'store' | 'clock' | 'ids'>): Promise<void> =>
  transact(world, async () => {
    const { workspaceId, actor, id } = of
    const before = await storedSubscription(of, world)
    return {
      changes: [
        { type: 'remove', kind: 'subscription', key: { workspaceId, id }, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'subscription.removed', actor, before, after: {} }),
      ],
      result: undefined,
    }
  })
