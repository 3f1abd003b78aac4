import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import { type ContactId, deliveryIdOf, type WorkspaceId } from '#domain/ids.ts'
import { type Channel, type Contact, targetOf } from '#domain/notifications/contact.ts'
import { type Delivery, waitingDelivery } from '#domain/notifications/delivery.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { withoutSecrets } from './without-secrets.ts'

/** A message about the contact itself; it does not wait for quiet hours. */
export const ownMessage = (
  contact: Contact,
  channel: Channel,
  of: {
    readonly event: 'contact.verify' | 'contact.test'
    readonly facts: Record<string, string>
    readonly unique: string
  },
  nowMs: number,
): Change => {
  const target = targetOf(channel)
  const message = {
    workspaceId: contact.workspaceId,
    id: deliveryIdOf(nowMs, fingerprint([of.unique, contact.id, target])),
    contactId: contact.id,
    channel: channel.kind,
    target,
    news: { event: of.event, severity: 'info' as const, at: instantOf(nowMs), about: [contact.id], facts: of.facts },
    digest: false,
  }
  const value = waitingDelivery(message, nowMs, nowMs)
  return { type: 'put', kind: 'delivery', value, expect: 'absent' }
}

const verified = (contact: Contact, target: string, nowMs: number): Contact => ({
  ...contact,
  channels: contact.channels.map((channel) => {
    if (targetOf(channel) !== target) return channel
    const { codeDigest: _code, ...rest } = channel
    return { ...rest, verifiedAt: instantOf(nowMs) }
  }),
  version: contact.version + 1,
})

const put = (before: Contact, after: Contact, actor: Actor, world: Pick<World, 'clock' | 'ids'>): Change[] => [
  { type: 'put', kind: 'contact', value: after, expect: before.version },
  auditOf(world, {
    workspaceId: before.workspaceId,
    subject: before.id,
    action: 'contact.verified',
    actor,
    before: withoutSecrets(before),
    after: withoutSecrets(after),
  }),
]

/**
 * Shows that a channel belongs to whoever reads it, by the code that was sent there.
 * @throws Refusal `not_found`, `invalid` (a wrong code)
 */
export const verifyChannel = (
  of: {
    readonly workspaceId: WorkspaceId
    readonly id: ContactId
    readonly actor: Actor
    readonly code: string
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'secrets'>,
): Promise<Contact> =>
  transact(world, async () => {
    const { workspaceId, id, actor, code } = of
    const before = await world.store.get('contact', { workspaceId, id })
    if (!before) throw notFound('contact', id)
    const channel = before.channels.find(
      ({ codeDigest }) => codeDigest !== undefined && world.secrets.matches(code, codeDigest),
    )
    if (!channel)
      throw new Refusal('invalid', 'This code belongs to none of the channels that wait for one. Ask for a new one.', {
        reasons: [{ code: 'wrong-code', message: 'wrong, or used already', path: '/code' }],
      })
    const target = targetOf(channel)
    const after = verified(before, target, world.clock.now())
    return { changes: put(before, after, actor, world), result: after }
  })

/** A webhook that answers with the code needs no person to type it in. */
export const confirmByAnswer = async (
  contact: Contact,
  channel: Channel,
  { news }: Delivery,
  answer: string,
  world: Pick<World, 'store' | 'clock'>,
): Promise<void> => {
  const { code } = news.facts
  let echoed: unknown
  try {
    echoed = (JSON.parse(answer) as { code?: unknown } | null)?.code
  } catch {
    return
  }
  if (code === undefined || echoed !== code) return
  const target = targetOf(channel)
  await transact(world, async () => {
    const current = await world.store.get('contact', { workspaceId: contact.workspaceId, id: contact.id })
    if (!current) return { changes: [], result: undefined }
    const after = verified(current, target, world.clock.now())
    return { changes: [{ type: 'put', kind: 'contact', value: after, expect: current.version }], result: undefined }
  })
}

/** New codes for what is not verified, each with its message. */
export const codesFor = (
  contact: Contact,
  actor: Actor,
  workspaceName: string,
  world: Pick<World, 'clock' | 'ids' | 'secrets'>,
): { contact: Contact; messages: Change[] } => {
  const messages: Change[] = []
  const channels = contact.channels.map((channel) => {
    if (channel.verifiedAt !== undefined) return channel
    const { secret: code, digest } = world.secrets.make()
    const facts = { code, by: actorName(actor), workspace: workspaceName }
    const of = { event: 'contact.verify' as const, facts, unique: world.ids.unique() }
    messages.push(ownMessage(contact, channel, of, world.clock.now()))
    return { ...channel, codeDigest: digest }
  })
  return { contact: { ...contact, channels }, messages }
}
