import * as z from 'zod'
import { assetIdSchema, orderIdSchema, slotIdSchema } from '#domain/ids.ts'
import { planSchema } from '#domain/plans/plan.ts'
import { lockSchema, type SlotStatus, slotSchema, slotStatuses } from '#domain/plans/slot.ts'
import { instantSchema } from '#domain/time.ts'
import { flag, pageOf, pageQuery, route } from '../route.ts'

const slots = '/v1/workspaces/{workspaceId}/slots'
const statuses = Object.keys(slotStatuses) as [SlotStatus, ...SlotStatus[]]
const reason = z.string().min(1).max(500)
const { assets } = slotSchema.shape

const slotIds = z.array(slotIdSchema).min(1).max(100)

const outcomes = z.strictObject({
  done: z.int(),
  failed: z.int(),
  skippedHardLocked: z.int(),
  skippedFrozen: z.int(),
  slots: z.array(
    z.strictObject({
      slotId: slotIdSchema,
      outcome: z.enum(['done', 'failed', 'skipped-hard-locked', 'skipped-frozen']),
      message: z.string().optional(),
    }),
  ),
  next: pageOf(z.string()).shape.next,
})

/** What becomes of plans, and of the slots that they are committed by. */
export const slotRoutes = {
  commitPlan: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/plans/{planId}/commit',
    access: 'manager',
    summary: 'Commit a plan, or some of its items: reservations, slots, and schedules that start their runs',
    description:
      'Each item is committed in a transaction of its own; what does not fit any more is left out with the reason. A plan that is answered as `committing` goes on where it stopped when the same is asked again. Refused where slots have changed since the plan was made, or since `revision`. Where nothing could be committed it is answered as a `candidate`.',
    body: z.strictObject({
      orderIds: z.array(orderIdSchema).min(1).max(5_000).optional(),
      revision: z.int().min(0).optional(),
      tentative: z.boolean().default(false).meta({ description: 'Time is held, and nothing is started yet' }),
      force: reason
        .optional()
        .meta({ description: 'Why it is committed although slots have changed; kept in the history' }),
    }),
    response: planSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
  createSlot: route({
    method: 'POST',
    path: slots,
    access: 'manager',
    summary: 'Give an order a slot without a plan',
    body: z.strictObject({
      orderId: orderIdSchema,
      start: instantSchema,
      assets,
      tentative: z.boolean().default(false),
      lock: lockSchema.default('none'),
    }),
    response: slotSchema,
    status: 201,
    refusals: ['not_found', 'invalid', 'invalid_state', 'asset_busy', 'against_rules', 'limit_exceeded'],
  }),
  listSlots: route({
    method: 'GET',
    path: slots,
    access: 'viewer',
    summary: 'Slots in the order of their start; of the next seven days, where nothing else is asked for',
    query: pageQuery.extend({
      from: instantSchema.optional(),
      to: instantSchema.optional(),
      assetId: assetIdSchema.optional(),
      status: z.enum(statuses).optional(),
      tentative: flag.optional().meta({ description: 'false: without those that are only held' }),
    }),
    response: pageOf(slotSchema),
    status: 200,
  }),
  getTimetable: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/timetable',
    access: 'viewer',
    summary: 'How the slots stand: their revision, the freeze window, and numbers by state and by asset',
    query: z.strictObject({ from: instantSchema.optional(), to: instantSchema.optional() }),
    response: z.strictObject({
      revision: z.int(),
      changedAt: instantSchema.optional(),
      changedBecause: z.string().optional(),
      from: instantSchema,
      to: instantSchema,
      freezeUntil: instantSchema,
      slots: z.int(),
      byStatus: z.partialRecord(z.enum(statuses), z.int()),
      byAsset: z.array(z.strictObject({ assetId: assetIdSchema, slots: z.int(), minutes: z.int() })),
    }),
    status: 200,
  }),
  getSlot: route({
    method: 'GET',
    path: `${slots}/{slotId}`,
    access: 'viewer',
    summary: 'Get a slot',
    response: slotSchema,
    status: 200,
  }),
  lockSlot: route({
    method: 'POST',
    path: `${slots}/{slotId}/lock`,
    access: 'manager',
    summary: 'Say how firmly a slot stands against planning: none, soft or hard',
    body: z.strictObject({ lock: lockSchema }),
    response: slotSchema,
    status: 200,
    refusals: ['invalid_state', 'limit_exceeded'],
  }),
  lockSlots: route({
    method: 'POST',
    path: `${slots}:lock`,
    access: 'manager',
    summary: 'Say of many slots how firmly they stand: of those that are named, or of those that start within a span',
    description: 'Each by itself. Of a span a hundred are looked at in a request; ask again with `next` as `cursor`.',
    body: z
      .strictObject({
        lock: lockSchema,
        slotIds: slotIds.optional(),
        from: instantSchema.optional(),
        to: instantSchema.optional(),
        statuses: z
          .array(z.enum(statuses))
          .min(1)
          .default(['tentative', 'locked', 'committed'])
          .meta({ description: 'Of a span: slots in these states' }),
        cursor: pageQuery.shape.cursor,
      })
      .refine(({ slotIds: ids, from }) => (ids === undefined) !== (from === undefined), {
        error: 'send either slotIds or from',
      }),
    response: outcomes,
    status: 200,
  }),
  cancelSlots: route({
    method: 'POST',
    path: `${slots}:cancel`,
    access: 'manager',
    summary: 'Take many slots back; locked ones and those about to begin are skipped, unless by force',
    body: z.strictObject({ slotIds, reason, force: reason.optional() }),
    response: outcomes,
    status: 200,
  }),
  commitSlot: route({
    method: 'POST',
    path: `${slots}/{slotId}/commit`,
    access: 'manager',
    summary: 'Commit a slot whose time is held',
    body: z.strictObject({}),
    response: slotSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state', 'asset_busy', 'against_rules', 'limit_exceeded'],
  }),
  cancelSlot: route({
    method: 'POST',
    path: `${slots}/{slotId}/cancel`,
    access: 'manager',
    summary: 'Take a slot back; its order waits again. Locked ones and those about to begin only by force',
    description: 'Slots of orders that follow its order are taken back with it: all of them, or none.',
    body: z.strictObject({ reason, force: reason.optional() }),
    response: slotSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  completeSlot: route({
    method: 'POST',
    path: `${slots}/{slotId}/complete`,
    access: 'operator',
    summary: 'Say that a slot without a protocol was done',
    body: z.strictObject({ note: reason.optional() }),
    response: slotSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
