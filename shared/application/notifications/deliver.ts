import type { DeliveryId, WorkspaceId } from '#domain/ids.ts'
import { type Channel, type Contact, targetOf } from '#domain/notifications/contact.ts'
import { type Delivery, nextTryMs, sendingForMs } from '#domain/notifications/delivery.ts'
import { render } from '#domain/notifications/render.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import type { World } from '../world.ts'
import { Undeliverable } from './undeliverable.ts'
import { confirmByAnswer } from './verify-channel.ts'

type DeliverWorld = Pick<World, 'store' | 'clock' | 'mail' | 'hooks'>

/** Takes messages for sending; those that somebody else has taken are left out. */
const take = async (deliveries: readonly Delivery[], world: DeliverWorld): Promise<Delivery[]> => {
  const taken: Delivery[] = []
  for (const before of deliveries) {
    const value: Delivery = {
      ...before,
      status: 'sending',
      // Should nothing be heard of it, it is sent again.
      dueAt: instantOf(world.clock.now() + sendingForMs),
      version: before.version + 1,
    }
    if ((await world.store.commit([{ type: 'put', kind: 'delivery', value, expect: before.version }])).committed)
      taken.push(value)
  }
  return taken
}

const channelOf = (contact: Contact, { channel, target }: Delivery): Channel | undefined =>
  contact.channels.find((one) => one.kind === channel && targetOf(one) === target)

const send = async (deliveries: readonly Delivery[], contact: Contact, world: DeliverWorld): Promise<void> => {
  const [first] = deliveries
  const channel = first && channelOf(contact, first)
  if (!first || !channel) throw new Undeliverable('The contact does not have this address any more.')
  const workspace = await world.store.get('workspace', { id: contact.workspaceId })
  const { locale, timeZone } = contact
  const news = deliveries.map((delivery) => delivery.news)
  const reader = { locale, timeZone, contact: contact.name, workspace: workspace?.name ?? contact.workspaceId }
  if (channel.kind === 'email') return world.mail.send(channel.address, render(news, reader))
  const { subject, text } = render(news, reader)
  const body = {
    id: first.id,
    workspaceId: contact.workspaceId,
    subject,
    text,
    events: deliveries.map(({ id, news: { event, severity, at, about, facts } }) => ({
      id,
      event,
      severity,
      at,
      about,
      facts,
    })),
  }
  const answer = await world.hooks.post(channel.url, channel.secret, first.id, body)
  if (first.news.event === 'contact.verify') await confirmByAnswer(contact, channel, first, answer, world)
}

/** What is kept of a message after a try. Codes are not kept once they are told. */
const after = (before: Delivery, error: unknown, nowMs: number): Delivery => {
  const { dueAt: _due, ...rest } = before
  const { code: _code, ...facts } = rest.news.facts
  const version = before.version + 1
  if (error === undefined)
    return { ...rest, news: { ...rest.news, facts }, status: 'sent', sentAt: instantOf(nowMs), version }
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 500)
  const tries = [...before.tries, { at: instantOf(nowMs), error: message }].slice(-20)
  const again = error instanceof Undeliverable ? undefined : nextTryMs(tries.length, nowMs)
  return again === undefined
    ? { ...rest, tries, status: 'parked', version }
    : { ...rest, tries, status: 'waiting', dueAt: instantOf(again), version }
}

/** Sends messages to one contact over one channel as one, and writes down what became of them. Never throws for the address’s sake. */
export const deliver = async (
  deliveries: readonly Delivery[],
  contact: Contact,
  world: DeliverWorld,
): Promise<'sent' | 'failed' | 'taken'> => {
  const taken = await take(deliveries, world)
  if (taken.length === 0) return 'taken'
  const error = await send(taken, contact, world).then(
    () => undefined,
    (reason: unknown) => reason ?? 'unknown',
  )
  for (const before of taken) {
    const value = after(before, error, world.clock.now())
    await world.store.commit([{ type: 'put', kind: 'delivery', value, expect: before.version }])
  }
  return error === undefined ? 'sent' : 'failed'
}

/** Sends one message now, whatever its time; where it waits. */
export const deliverById = async (workspaceId: WorkspaceId, id: DeliveryId, world: DeliverWorld): Promise<void> => {
  const delivery = await world.store.get('delivery', { workspaceId, id })
  if (delivery?.status !== 'waiting') return
  const contact = await world.store.get('contact', { workspaceId, id: delivery.contactId })
  if (contact) await deliver([delivery], contact, world)
}

/** Messages of one digest at most; the rest comes with the next. */
const mostTogether = 50

/** Sends what is due: tries that are to be repeated, and what was kept for after quiet hours or for a digest, in one message each. */
export const deliverDue = async (
  workspaceId: WorkspaceId,
  world: DeliverWorld,
  onFailure: OnFailure = () => undefined,
): Promise<{ sent: number; failed: number }> => {
  const counts = { sent: 0, failed: 0 }
  const until = instantOf(world.clock.now())
  const { items } = await world.store.dueDeliveries(workspaceId, { limit: 100 }, until)
  const due = items.filter(
    ({ dueAt, status }) => dueAt !== undefined && msOf(dueAt) <= msOf(until) && status !== 'sent',
  )
  const groups = new Map<string, Delivery[]>()
  for (const delivery of due) {
    const key = delivery.digest ? `${delivery.contactId} ${delivery.target}` : delivery.id
    const group = groups.get(key) ?? []
    if (group.length < mostTogether) groups.set(key, [...group, delivery])
  }
  for (const [key, group] of groups)
    await apart(
      key,
      async () => {
        const [first] = group
        const contact = first && (await world.store.get('contact', { workspaceId, id: first.contactId }))
        if (!contact) return drop(group, world)
        const result = await deliver(group, contact, world)
        if (result !== 'taken') counts[result] += 1
      },
      onFailure,
    )
  return counts
}

/** Nobody is there any more to be told. */
const drop = async (group: readonly Delivery[], world: DeliverWorld): Promise<void> => {
  for (const before of group) {
    const value = after(before, new Undeliverable('The contact was removed.'), world.clock.now())
    await world.store.commit([{ type: 'put', kind: 'delivery', value, expect: before.version }])
  }
}
