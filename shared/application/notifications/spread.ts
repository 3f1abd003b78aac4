import { fingerprint } from '#domain/fingerprint.ts'
import { deliveryIdOf, type WorkspaceId } from '#domain/ids.ts'
import { managers } from '#domain/notices/notice.ts'
import { type Contact, targetOf } from '#domain/notifications/contact.ts'
import { waitingDelivery } from '#domain/notifications/delivery.ts'
import { isWanted, type Subscription, tellAt } from '#domain/notifications/subscription.ts'
import { msOf } from '#domain/time.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import type { World } from '../world.ts'
import { deliver } from './deliver.ts'
import type { Told } from './news.ts'

export type NotifyWorld = Pick<World, 'store' | 'clock' | 'mail' | 'hooks'>

const all = async <T>(pages: (cursor: string | undefined) => Promise<{ items: readonly T[]; next?: string }>) => {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await pages(cursor)
    items.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return items
}

/** Whether a contact may hear what was told to one member, or to the managers. A shared address hears what it subscribed to. */
const mayHear = async (contact: Contact, to: string | undefined, world: Pick<World, 'store'>): Promise<boolean> => {
  const { workspaceId, subject } = contact
  if (to === undefined || subject === undefined) return true
  if (to !== managers) return to === subject
  const member = await world.store.get('member', { workspaceId, subject })
  return member !== undefined && roleAllows(member.role, 'manager')
}

/** Whether anybody in a workspace wants to hear of anything. */
export const hasSubscriptions = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<boolean> =>
  (await world.store.list('subscription', workspaceId, { limit: 1 })).items.length > 0

/** The earliest that any of a contact's subscriptions wants to hear of it; undefined where none does. */
const earliest = (
  subscriptions: readonly Subscription[],
  told: Told,
  nowMs: number,
): { atMs: number; digest: boolean } | undefined =>
  subscriptions
    .filter((subscription) => isWanted(subscription, told.concerns))
    .map((subscription) => tellAt(subscription, told.concerns, nowMs))
    .sort((a, b) => a.atMs - b.atMs)[0]

/**
 * Tells everybody who wants to hear of it, each over each channel once: the log is written first, under an id that is a function
 * of the event, the contact and the channel, so that however often the event is delivered it is told once. What is not due yet
 * waits in the log.
 */
export const spread = async (told: Told, world: NotifyWorld): Promise<number> => {
  const { workspaceId, eventId, news, to } = told
  const subscriptions = await all((cursor) => world.store.list('subscription', workspaceId, { limit: 100, cursor }))
  const wanting = subscriptions.filter((subscription) => isWanted(subscription, told.concerns))
  const contactIds = [...new Set(wanting.map(({ contactId }) => contactId))]
  let made = 0
  for (const contactId of contactIds) {
    const contact = await world.store.get('contact', { workspaceId, id: contactId })
    if (!contact || !(await mayHear(contact, to, world))) continue
    const own = wanting.filter((subscription) => subscription.contactId === contactId)
    const nowMs = world.clock.now()
    const when = earliest(own, told, nowMs)
    if (!when) continue
    for (const channel of contact.channels.filter(({ verifiedAt }) => verifiedAt !== undefined)) {
      const target = targetOf(channel)
      const message = {
        workspaceId,
        id: deliveryIdOf(msOf(news.at), fingerprint([eventId, contactId, target])),
        contactId,
        channel: channel.kind,
        target,
        news,
        digest: when.digest,
      }
      const delivery = waitingDelivery(message, when.atMs, nowMs)
      const { committed } = await world.store.commit([
        { type: 'put', kind: 'delivery', value: delivery, expect: 'absent' },
      ])
      if (!committed) continue
      made += 1
      if (!when.digest) await deliver([delivery], contact, world)
    }
  }
  return made
}
