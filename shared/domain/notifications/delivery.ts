import * as z from 'zod'
import { contactIdSchema, deliveryIdSchema, workspaceIdSchema } from '../ids.ts'
import { dayMs, hours, instantOf, instantSchema, minutes } from '../time.ts'
import { eventNames, type Severity, severities } from './events.ts'

export const deliveryStatuses = {
  waiting: 'to be told at its time: now, after quiet hours, with a digest, or at the next try',
  sending: 'handed to the mail service or the address right now',
  sent: 'taken by the mail service, or by the address',
  parked: 'given up after the last try; it can be sent again by hand',
} as const
export type DeliveryStatus = keyof typeof deliveryStatuses

/** What is told, before it is put into words: the texts are made when it is sent. */
export const newsSchema = z.strictObject({
  event: z.enum([...eventNames, 'contact.verify', 'contact.test']),
  severity: z.enum(Object.keys(severities) as [Severity, ...Severity[]]),
  at: instantSchema,
  /** Ids of what it is about, the closest first. */
  about: z.array(z.string()).max(20),
  /** Names and words for the texts. */
  facts: z.record(z.string(), z.string()),
})
export type DeliveredNews = z.output<typeof newsSchema>

/**
 * One message to one contact over one channel. Its id is a function of the event and the contact, so that whatever is
 * delivered again is told once.
 */
export const deliverySchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: deliveryIdSchema,
    contactId: contactIdSchema,
    channel: z.enum(['email', 'webhook']),
    /** The address as it was then. */
    target: z.string(),
    news: newsSchema,
    digest: z.boolean().meta({ description: 'Told with others in one message' }),
    status: z.enum(Object.keys(deliveryStatuses) as [DeliveryStatus, ...DeliveryStatus[]]),
    /** When to try, while it waits or is being sent. */
    dueAt: instantSchema.optional(),
    tries: z.array(z.strictObject({ at: instantSchema, error: z.string() })).max(20),
    sentAt: instantSchema.optional(),
    expiresAtSeconds: z.int(),
    version: z.int().min(1),
  })
  .meta({ id: 'Notification', description: 'A message to a contact, and what became of it' })
export type Delivery = z.output<typeof deliverySchema>

/** Between tries; after the last of them it is parked. */
const pausesMs = [minutes(1), minutes(5), minutes(30), hours(2), hours(6), hours(12)]

/** When to try again after so many tries have failed; undefined: not any more. */
export const nextTryMs = (failed: number, nowMs: number): number | undefined => {
  const pause = pausesMs[failed - 1]
  return pause === undefined ? undefined : nowMs + pause
}

/** A send that was begun and of which nothing was heard is begun again after this long. */
export const sendingForMs = minutes(5)

/** How long the log is kept. */
const keptDays = 90

/** A message as it is written into the log, to be sent at its time. */
export const waitingDelivery = (
  of: Pick<Delivery, 'workspaceId' | 'id' | 'contactId' | 'channel' | 'target' | 'news' | 'digest'>,
  atMs: number,
  nowMs: number,
): Delivery => ({
  ...of,
  status: 'waiting',
  dueAt: instantOf(atMs),
  tries: [],
  expiresAtSeconds: Math.floor((nowMs + keptDays * dayMs) / 1000),
  version: 1,
})
