import { createContact, removeContact, replaceContact, testContact } from '#application/notifications/change-contact.ts'
import {
  createSubscription,
  removeSubscription,
  replaceSubscription,
} from '#application/notifications/change-subscription.ts'
import { resend } from '#application/notifications/resend.ts'
import { verifyChannel } from '#application/notifications/verify-channel.ts'
import { withoutSecrets } from '#application/notifications/without-secrets.ts'
import type { notificationRoutes } from '#contracts/http/routes/notifications.ts'
import type { Delivery } from '#domain/notifications/delivery.ts'
import { found, page } from './reading.ts'
import type { HandlersOf } from './request.ts'

/** The code that verifies a channel is told to the channel alone. */
const withoutCode = (delivery: Delivery): Delivery => {
  const { code: _code, ...facts } = delivery.news.facts
  return { ...delivery, news: { ...delivery.news, facts } }
}

const flat = ({ contact, secrets }: Awaited<ReturnType<typeof createContact>>) => ({
  ...contact,
  ...(Object.keys(secrets).length > 0 && { secrets }),
})

export const notificationHandlers: HandlersOf<typeof notificationRoutes> = {
  createContact: async ({ params, body, caller }, world) =>
    flat(await createContact({ ...params, actor: caller.actor, contact: body }, world)),
  listContacts: async ({ params, query }, { store }) => {
    const contacts = await store.list('contact', params.workspaceId, query)
    return page({ ...contacts, items: contacts.items.map(withoutSecrets) })
  },
  getContact: async ({ params }, world) =>
    withoutSecrets(await found('contact', params.workspaceId, params.contactId, world)),
  replaceContact: async ({ params: { workspaceId, contactId }, body, version, caller }, world) =>
    flat(await replaceContact({ workspaceId, id: contactId, actor: caller.actor, version, contact: body }, world)),
  removeContact: async ({ params: { workspaceId, contactId }, version, caller }, world) => {
    await removeContact({ workspaceId, id: contactId, actor: caller.actor, version }, world)
    return undefined
  },
  verifyChannel: async ({ params: { workspaceId, contactId }, body, caller }, world) =>
    withoutSecrets(await verifyChannel({ workspaceId, id: contactId, actor: caller.actor, ...body }, world)),
  testContact: async ({ params: { workspaceId, contactId }, caller }, world) => {
    await testContact({ workspaceId, id: contactId, actor: caller.actor }, world)
    return undefined
  },
  createSubscription: ({ params, body, caller }, world) =>
    createSubscription({ ...params, actor: caller.actor, body }, world),
  listSubscriptions: async ({ params, query: { contactId, ...query } }, { store }) =>
    page(
      await store.list('subscription', params.workspaceId, query),
      (one) => contactId === undefined || one.contactId === contactId,
    ),
  getSubscription: ({ params }, world) => found('subscription', params.workspaceId, params.subscriptionId, world),
  replaceSubscription: ({ params: { workspaceId, subscriptionId }, body, version, caller }, world) =>
    replaceSubscription({ workspaceId, id: subscriptionId, actor: caller.actor, version, body }, world),
  removeSubscription: async ({ params: { workspaceId, subscriptionId }, version, caller }, world) => {
    await removeSubscription({ workspaceId, id: subscriptionId, actor: caller.actor, version }, world)
    return undefined
  },
  listNotifications: async ({ params, query: { contactId, status, ...query } }, { store }) => {
    const log = await store.list('delivery', params.workspaceId, { ...query, newestFirst: true })
    return page(
      { ...log, items: log.items.map(withoutCode) },
      (one) =>
        (contactId === undefined || one.contactId === contactId) && (status === undefined || one.status === status),
    )
  },
  getNotification: async ({ params }, world) =>
    withoutCode(await found('delivery', params.workspaceId, params.notificationId, world)),
  resendNotification: async ({ params: { workspaceId, notificationId }, caller }, world) =>
    withoutCode(await resend({ workspaceId, id: notificationId, actor: caller.actor }, world)),
}
