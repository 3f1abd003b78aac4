import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Documents, Kind } from '#application/world.ts'
import type { Counts } from '#domain/schedules/statistics.ts'
import { indexKeysOf, keyOf } from './keys.ts'

/**
 * Stored shape and domain shape. A document is stored as JSON text beside its keys, with the attributes that conditions need
 * (`version`) and the number of its shape (`v`) outside. Text, because a map of the table takes fewer numbers and less depth
 * than JSON has, and forgets the order of its fields. Documents are checked by their schemas when they are made, at the edge;
 * what comes out of the table is what went in, so reading checks the shape number alone.
 *
 * A write is billed by the kilobyte, twice within a transaction, and most runs are a little over one: what is larger than
 * `packAbove` is stored deflated, as `z` instead of `d`. docs/decisions tells what that saves.
 */
const packAbove = 700

type Packed = { readonly d: string } | { readonly z: Uint8Array }

export const pack = (value: unknown): Packed => {
  const text = JSON.stringify(value)
  return text.length <= packAbove ? { d: text } : { z: deflateRawSync(text, { level: 9 }) }
}

export const unpack = (item: Record<string, unknown>): unknown =>
  JSON.parse(item.z === undefined ? String(item.d) : inflateRawSync(item.z as Uint8Array).toString('utf8'))

/** An item as the table's stream tells of it: bytes are base64 text there, other than in an answer of the table. */
export const fromStream = (image: Record<string, AttributeValue>): Record<string, unknown> => {
  const item = unmarshall(image)
  return { ...item, ...(typeof item.z === 'string' && { z: Buffer.from(item.z, 'base64') }) }
}

const shape = 2

/** Whether an item is stored in an older shape than documents are today. */
export const isOutdated = ({ v }: Record<string, unknown>): boolean => typeof v === 'number' && v < shape

/** How an older shape becomes the newest: `migrations[v]` leads from v to v + 1. */
const migrations: Record<number, (stored: Record<string, unknown>) => Record<string, unknown>> = {
  // A run whose command is at the agent was `starting`, before the steps of its start had names of their own.
  1: (stored) => (stored.status === 'starting' && 'drive' in stored ? { ...stored, status: 'queued' } : stored),
}

/** Marks what the notifier is to be told of as soon as it is written: the stream of the table is filtered by it. */
const newsOf = (kind: Kind, value: unknown): { t?: string } => {
  if (kind === 'notice') return { t: 'notice' }
  // What a person waits for is sent at once; the rest has its time.
  const event = kind === 'delivery' ? (value as Documents['delivery']).news.event : ''
  return event.startsWith('contact.') ? { t: 'deliver' } : {}
}

export const toItem = <K extends Kind>(kind: K, value: Documents[K]): Record<string, unknown> => {
  const { version, expiresAtSeconds } = value as { version?: number; expiresAtSeconds?: number }
  return {
    ...keyOf(kind, value as never),
    ...indexKeysOf(kind, value),
    v: shape,
    ...newsOf(kind, value),
    ...(version !== undefined && { version }),
    ...(expiresAtSeconds !== undefined && { ttl: expiresAtSeconds }),
    ...pack(value),
  }
}

export const fromItem = <K extends Kind>(kind: K, item: Record<string, unknown>): Documents[K] => {
  // Statistics are counted up attribute by attribute, so they are stored flat.
  if (kind === 'scheduleStats') return statsOf(item) as Documents[K]
  let { v } = item as { v: number }
  let d = unpack(item) as Record<string, unknown>
  for (; v < shape; v++) {
    const migrate = migrations[v]
    if (!migrate) throw new Error(`a ${kind} is stored in shape ${v}, and nothing leads from there to ${shape}`)
    d = migrate(d)
  }
  if (v > shape)
    throw new Error(
      `a ${kind} is stored in shape ${v}; this version of Benchtime knows up to ${shape}. Deploy the newer one.`,
    )
  return d as Documents[K]
}

/** Families of counters, by the prefix of their attributes. */
const families = { byOutcome: 'n_', durations: 'd_', latenesses: 'l_' } as const

/** What a count adds, attribute by attribute. */
export const countedAttributes = (counts: Counts): Record<string, number> => ({
  ...(counts.runs !== undefined && { runs: counts.runs }),
  ...(counts.fired !== undefined && { fired: counts.fired }),
  ...(counts.missed !== undefined && { missed: counts.missed }),
  ...(counts.outcome !== undefined && { [`${families.byOutcome}${counts.outcome}`]: 1 }),
  ...(counts.duration !== undefined && { [`${families.durations}${counts.duration}`]: 1 }),
  ...(counts.lateness !== undefined && { [`${families.latenesses}${counts.lateness}`]: 1 }),
})

/** Statistics as they are stored: flat, each counter an attribute, so that counts add up without reading. */
export const statsItem = (stats: Documents['scheduleStats']): Record<string, unknown> => ({
  ...keyOf('scheduleStats', stats),
  ws: stats.workspaceId,
  runs: stats.runs,
  fired: stats.fired,
  missed: stats.missed,
  ...(stats.lastEndedAt !== undefined && { lastEndedAt: stats.lastEndedAt }),
  ...Object.fromEntries(
    Object.entries(families).flatMap(([family, prefix]) =>
      Object.entries(stats[family as keyof typeof families]).map(([name, count]) => [`${prefix}${name}`, count]),
    ),
  ),
})

const familyOf = (item: Record<string, unknown>, prefix: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, n]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), Number(n)]] : [],
    ),
  )

const statsOf = (item: Record<string, unknown>): Documents['scheduleStats'] => ({
  workspaceId: item.ws as Documents['scheduleStats']['workspaceId'],
  scheduleId: item.sk as Documents['scheduleStats']['scheduleId'],
  runs: Number(item.runs ?? 0),
  byOutcome: familyOf(item, families.byOutcome),
  fired: Number(item.fired ?? 0),
  missed: Number(item.missed ?? 0),
  durations: familyOf(item, families.durations),
  latenesses: familyOf(item, families.latenesses),
  ...(typeof item.lastEndedAt === 'string' && { lastEndedAt: item.lastEndedAt }),
})
