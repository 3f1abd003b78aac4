import type { RunId, WorkspaceId } from '#domain/ids.ts'
import type { Contact } from '#domain/notifications/contact.ts'
import { documentOf } from '../adapters/documents.ts'
import { type Laboratory, workspaceId } from './laboratory.ts'

const changed = async (
  { world }: Laboratory,
  id: string,
  channel: Partial<Contact['channels'][number]>,
): Promise<void> => {
  const contact = await world.store.get('contact', { workspaceId, id })
  if (!contact) throw new Error(`no contact ${id}`)
  const channels = contact.channels.map((one) => ({ ...one, ...channel }) as Contact['channels'][number])
  const value = { ...contact, channels, version: contact.version + 1 }
  await world.store.commit([{ type: 'put', kind: 'contact', value, expect: contact.version }])
}

/** A contact whose address has shown that it is read. */
export const verified = (lab: Laboratory, id: string): Promise<void> =>
  changed(lab, id, { verifiedAt: new Date(lab.clock.nowMs).toISOString() })

/** A contact that was sent a code that a test knows. */
export const withCode = async (lab: Laboratory, id: string, code: string): Promise<void> => {
  const { matches } = lab.world.secrets
  lab.world.secrets.matches = (given, digest) => (digest === 'known' ? given === code : matches(given, digest))
  await changed(lab, id, { codeDigest: 'known' })
}

/** A notification of the log that was sent. @returns its id */
export const sent = async ({ world }: Laboratory, id: string): Promise<string> => {
  const { dueAt: _due, ...delivery } = documentOf('delivery', id as WorkspaceId, `sent-${id.slice(3)}`)
  const sentAt = delivery.news.at
  await world.store.commit([
    { type: 'put', kind: 'delivery', value: { ...delivery, status: 'sent', sentAt }, expect: 'absent' },
  ])
  return delivery.id
}

/** A file that a run left behind. @returns its id */
export const leftBehind = async ({ world }: Laboratory, id: string, runId: string): Promise<string> => {
  const artifact = { ...documentOf('artifact', id as WorkspaceId, id.slice(3)), runId: runId as RunId }
  await world.store.commit([{ type: 'put', kind: 'artifact', value: artifact, expect: 'absent' }])
  return artifact.id
}
