import * as z from 'zod'
import { contactIdSchema } from '#domain/ids.ts'
import { emailAddressSchema, webhookUrlSchema } from '#domain/notifications/address.ts'
import { contactSchema, locales } from '#domain/notifications/contact.ts'
import { deliverySchema, deliveryStatuses } from '#domain/notifications/delivery.ts'
import { subscriptionSchema } from '#domain/notifications/subscription.ts'
import { instantSchema } from '#domain/time.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const workspace = '/v1/workspaces/{workspaceId}'

/** A contact as it is answered: without what signs its messages and what verifies its addresses. */
const shownContactSchema = contactSchema
  .omit({ channels: true })
  .extend({
    channels: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('email'), address: z.string(), verifiedAt: instantSchema.optional() }),
        z.strictObject({ kind: z.literal('webhook'), url: z.string(), verifiedAt: instantSchema.optional() }),
      ]),
    ),
  })
  .meta({
    id: 'Contact',
    description: 'Somebody, or something, that can be told; nothing is sent to a channel before it is verified',
  })

const { name, subject } = contactSchema.shape
const contactBody = z.strictObject({
  name,
  subject,
  locale: z.enum(locales).default('en'),
  timeZone: contactSchema.shape.timeZone.default('UTC'),
  channels: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('email'), address: emailAddressSchema }),
        z.strictObject({ kind: z.literal('webhook'), url: webhookUrlSchema }),
      ]),
    )
    .min(1)
    .max(4),
})
const toldOnce = shownContactSchema.extend({
  secrets: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'Of new webhooks, by their address: what signs messages to them. Told this once' }),
})

const { contactId, events, scheduleIds, assetIds, minimumSeverity, quietHours, digest } = subscriptionSchema.shape
const subscriptionBody = z.strictObject({
  contactId,
  events,
  scheduleIds,
  assetIds,
  minimumSeverity,
  quietHours,
  digest,
})

const statuses = Object.keys(deliveryStatuses) as [keyof typeof deliveryStatuses]

/** Who is told of what, and what became of it. */
export const notificationRoutes = {
  createContact: route({
    method: 'POST',
    path: `${workspace}/contacts`,
    access: 'manager',
    summary: 'Make somebody known who can be told; each channel is sent a code that verifies it',
    body: contactBody,
    response: toldOnce,
    status: 201,
    refusals: ['invalid'],
  }),
  listContacts: route({
    method: 'GET',
    path: `${workspace}/contacts`,
    access: 'viewer',
    summary: 'List contacts',
    query: pageQuery,
    response: pageOf(shownContactSchema),
    status: 200,
  }),
  getContact: route({
    method: 'GET',
    path: `${workspace}/contacts/{contactId}`,
    access: 'viewer',
    summary: 'Get a contact',
    response: shownContactSchema,
    status: 200,
  }),
  replaceContact: route({
    method: 'PUT',
    path: `${workspace}/contacts/{contactId}`,
    access: 'manager',
    summary: 'Change a contact; new channels, and those not verified yet, are sent a new code',
    body: contactBody,
    response: toldOnce,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid'],
  }),
  removeContact: route({
    method: 'DELETE',
    path: `${workspace}/contacts/{contactId}`,
    access: 'manager',
    summary: 'Tell a contact nothing any more; its subscriptions go with it',
    status: 204,
    ifMatch: 'required',
  }),
  verifyChannel: route({
    method: 'POST',
    path: `${workspace}/contacts/{contactId}/verify`,
    access: 'viewer',
    summary: 'Enter the code that a channel was sent; a webhook may answer with it instead',
    body: z.strictObject({ code: z.string().min(1).max(100) }),
    response: shownContactSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  testContact: route({
    method: 'POST',
    path: `${workspace}/contacts/{contactId}/test`,
    access: 'manager',
    summary: 'Send a message that says only that it arrived',
    body: z.strictObject({}).default({}),
    status: 204,
    refusals: ['invalid_state'],
  }),
  createSubscription: route({
    method: 'POST',
    path: `${workspace}/subscriptions`,
    access: 'manager',
    summary: 'Have a contact told of events, of everything or of some schedules and assets',
    body: subscriptionBody,
    response: subscriptionSchema,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  }),
  listSubscriptions: route({
    method: 'GET',
    path: `${workspace}/subscriptions`,
    access: 'viewer',
    summary: 'List subscriptions',
    query: pageQuery.extend({ contactId: contactIdSchema.optional() }),
    response: pageOf(subscriptionSchema),
    status: 200,
  }),
  getSubscription: route({
    method: 'GET',
    path: `${workspace}/subscriptions/{subscriptionId}`,
    access: 'viewer',
    summary: 'Get a subscription',
    response: subscriptionSchema,
    status: 200,
  }),
  replaceSubscription: route({
    method: 'PUT',
    path: `${workspace}/subscriptions/{subscriptionId}`,
    access: 'manager',
    summary: 'Change a subscription',
    body: subscriptionBody,
    response: subscriptionSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid'],
  }),
  removeSubscription: route({
    method: 'DELETE',
    path: `${workspace}/subscriptions/{subscriptionId}`,
    access: 'manager',
    summary: 'End a subscription',
    status: 204,
    ifMatch: 'required',
  }),
  listNotifications: route({
    method: 'GET',
    path: `${workspace}/notifications`,
    access: 'operator',
    summary: 'What was told, to whom, and what became of it; newest first, kept for 90 days',
    query: pageQuery.extend({ contactId: contactIdSchema.optional(), status: z.enum(statuses).optional() }),
    response: pageOf(deliverySchema),
    status: 200,
  }),
  getNotification: route({
    method: 'GET',
    path: `${workspace}/notifications/{notificationId}`,
    access: 'operator',
    summary: 'Get a notification',
    response: deliverySchema,
    status: 200,
  }),
  resendNotification: route({
    method: 'POST',
    path: `${workspace}/notifications/{notificationId}/resend`,
    access: 'operator',
    summary: 'Send a notification again, from its first try; within a minute',
    body: z.strictObject({}).default({}),
    response: deliverySchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
