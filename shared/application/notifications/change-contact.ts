import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ContactId, WorkspaceId } from '#domain/ids.ts'
import type { Channel, Contact, Locale } from '#domain/notifications/contact.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, made, staleVersion, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { checkZone } from './check-zone.ts'
import { codesFor, ownMessage } from './verify-channel.ts'
import { withoutSecrets } from './without-secrets.ts'

type ContactWorld = Pick<World, 'store' | 'clock' | 'ids' | 'secrets' | 'hooks'>

/** A channel as a person names it. */
export type NewChannel =
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'webhook'; readonly url: string }

export type ContactBody = {
  readonly name: string
  readonly subject?: string | undefined
  readonly locale: Locale
  readonly timeZone: string
  readonly channels: readonly NewChannel[]
}

type Of = { readonly workspaceId: WorkspaceId; readonly actor: Actor }

const checkBody = ({ timeZone, channels }: ContactBody, world: Pick<World, 'hooks'>): void => {
  checkZone(timeZone, '/timeZone')
  const reasons = channels.flatMap((channel, index) => {
    const why = channel.kind === 'webhook' ? world.hooks.refusal(channel.url) : undefined
    return why === undefined ? [] : [{ code: 'address-refused', message: why, path: `/channels/${index}/url` }]
  })
  if (reasons.length > 0)
    throw new Refusal('invalid', 'Nothing is sent to some of these addresses. See the reasons.', { reasons })
}

/** Channels that stay keep what they had; a new one gets a secret that is told once. */
const channelsOf = (wanted: readonly NewChannel[], before: readonly Channel[], world: Pick<World, 'secrets'>) => {
  const secrets: Record<string, string> = {}
  const channels = wanted.map((channel): Channel => {
    const known = before.find((one) =>
      one.kind === 'email'
        ? channel.kind === 'email' && one.address === channel.address
        : channel.kind === 'webhook' && one.url === channel.url,
    )
    if (known) return known
    if (channel.kind === 'email') return { ...channel }
    const { secret } = world.secrets.make()
    secrets[channel.url] = secret
    return { ...channel, secret }
  })
  return { channels, secrets }
}

export type Told = {
  readonly contact: ReturnType<typeof withoutSecrets>
  /** Of new webhooks, by their address; told this once. */
  readonly secrets: Record<string, string>
}

/** Makes somebody known who can be told. Each channel gets a code; nothing else is sent there before it is verified. */
export const createContact = async (of: Of & { readonly contact: ContactBody }, world: ContactWorld): Promise<Told> => {
  const { workspaceId, actor, contact: body } = of
  checkBody(body, world)
  const workspace = await world.store.get('workspace', { id: workspaceId })
  const { channels, secrets } = channelsOf(body.channels, [], world)
  const draft: Contact = { workspaceId, id: `ctc_${world.ids.unique()}`, ...body, channels, ...made(actor, world) }
  const { contact, messages } = codesFor(draft, actor, workspace?.name ?? workspaceId, world)
  const subject = contact.id
  const after = withoutSecrets(contact)
  const { committed } = await world.store.commit([
    { type: 'put', kind: 'contact', value: contact, expect: 'absent' },
    auditOf(world, { workspaceId, subject, action: 'contact.created', actor, after }),
    ...messages,
  ])
  if (!committed) throw new Refusal('contended', 'The contact could not be stored. Nothing was stored; try again.')
  return { contact: after, secrets }
}

const stored = async (of: Of & { readonly id: ContactId; readonly version: Expected }, world: Pick<World, 'store'>) => {
  const { workspaceId, id, version } = of
  const before = await world.store.get('contact', { workspaceId, id })
  if (!before) throw notFound('contact', id)
  if (version !== 'any' && before.version !== version) throw staleVersion('contact', withoutSecrets(before))
  return before
}

/** Everything about a contact, anew. A channel that is new is to be verified; `again`: new codes for those that are not. */
export const replaceContact = (
  of: Of & { readonly id: ContactId; readonly version: Expected; readonly contact: ContactBody },
  world: ContactWorld,
): Promise<Told> =>
  transact(world, async () => {
    const { workspaceId, actor, id, contact: body } = of
    checkBody(body, world)
    const before = await stored(of, world)
    const workspace = await world.store.get('workspace', { id: workspaceId })
    const { channels, secrets } = channelsOf(body.channels, before.channels, world)
    const { subject: _subject, ...rest } = before
    const draft: Contact = { ...rest, ...body, channels, ...touched(actor, world), version: before.version + 1 }
    const { contact, messages } = codesFor(draft, actor, workspace?.name ?? workspaceId, world)
    const told = withoutSecrets(contact)
    const changes: Change[] = [
      { type: 'put', kind: 'contact', value: contact, expect: before.version },
      auditOf(world, {
        workspaceId,
        subject: id,
        action: 'contact.changed',
        actor,
        before: withoutSecrets(before),
        after: told,
        tellsBefore: true,
      }),
      ...messages,
    ]
    return { changes, result: { contact: told, secrets } }
  })

/** Nobody is told there any more; its subscriptions go with it. @throws Refusal `not_found`, `stale_version` */
export const removeContact = (
  of: Of & { readonly id: ContactId; readonly version: Expected },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> =>
  transact(world, async () => {
    const { workspaceId, actor, id } = of
    const before = await stored(of, world)
    const own = (await world.store.list('subscription', workspaceId, { limit: 100 })).items.filter(
      ({ contactId }) => contactId === id,
    )
    const changes: Change[] = [
      { type: 'remove', kind: 'contact', key: { workspaceId, id }, expect: before.version },
      auditOf(world, {
        workspaceId,
        subject: id,
        action: 'contact.removed',
        actor,
        before: withoutSecrets(before),
        after: {},
      }),
      ...own.slice(0, 90).map(
        ({ id: subscriptionId, version }): Change => ({
          type: 'remove',
          kind: 'subscription',
          key: { workspaceId, id: subscriptionId },
          expect: version,
        }),
      ),
    ]
    return { changes, result: undefined }
  })

/** A message that says only that it arrived, over every verified channel. @throws Refusal `invalid_state` (none is) */
export const testContact = async (of: Of & { readonly id: ContactId }, world: ContactWorld): Promise<void> => {
  const contact = await stored({ ...of, version: 'any' }, world)
  const workspace = await world.store.get('workspace', { id: of.workspaceId })
  const ready = contact.channels.filter(({ verifiedAt }) => verifiedAt !== undefined)
  if (ready.length === 0)
    throw new Refusal(
      'invalid_state',
      `No channel of "${contact.name}" is verified yet. Enter the code that was sent there.`,
    )
  const facts = { by: actorName(of.actor), workspace: workspace?.name ?? of.workspaceId }
  const messages = ready.map((channel) =>
    ownMessage(contact, channel, { event: 'contact.test', facts, unique: world.ids.unique() }, world.clock.now()),
  )
  await world.store.commit(messages)
}
