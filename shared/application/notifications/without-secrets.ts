import type { Channel, Contact } from '#domain/notifications/contact.ts'

type Shown = Omit<Contact, 'channels'> & {
  readonly channels: (
    | { kind: 'email'; address: string; verifiedAt?: string }
    | { kind: 'webhook'; url: string; verifiedAt?: string }
  )[]
}

const shown = (channel: Channel): Shown['channels'][number] => {
  const verifiedAt = channel.verifiedAt !== undefined && { verifiedAt: channel.verifiedAt }
  return channel.kind === 'email'
    ? { kind: 'email', address: channel.address, ...verifiedAt }
    : { kind: 'webhook', url: channel.url, ...verifiedAt }
}

/** A contact as anybody may see it: what signs messages, and what verifies addresses, is told once and kept to itself. */
export const withoutSecrets = (contact: Contact): Shown => ({ ...contact, channels: contact.channels.map(shown) })
