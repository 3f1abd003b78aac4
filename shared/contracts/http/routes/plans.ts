import * as z from 'zod'
import { orderIdSchema, planIdSchema } from '#domain/ids.ts'
import { keysOf } from '#domain/keys-of.ts'
import { itemConflictSchema, leftOutSchema, planItemSchema, planSchema, planStatuses } from '#domain/plans/plan.ts'
import { planAskFields } from '#domain/plans/plan-ask.ts'
import { instantSchema } from '#domain/time.ts'
import { limits } from '../limits.ts'
import { overrideSchema } from '../override.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const plans = '/v1/workspaces/{workspaceId}/plans'
const reason = z.string().min(1).max(500)
const assets = planItemSchema.shape.assets

export const planRoutes = {
  makePlan: route({
    method: 'POST',
    path: plans,
    access: 'scientist',
    summary: 'Plan the orders that wait onto free time: a candidate, nothing is held for it',
    description:
      'The same orders, assets, claims and settings give the same plan; asked again, that plan is answered. Iterations are the budget of the search; a plan takes 20 seconds at most, and 10,000 orders: what needs more is a planning run. An `assignment` is one always.',
    body: z.strictObject({
      name: planSchema.shape.name,
      ...planAskFields,
      from: instantSchema.optional(),
      to: instantSchema.optional().meta({ description: 'Seven days after `from`, where it is left out' }),
    }),
    response: planSchema,
    status: 201,
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  listPlans: route({
    method: 'GET',
    path: plans,
    access: 'viewer',
    summary: 'List plans, newest first',
    query: pageQuery.extend({ status: z.enum(keysOf(planStatuses)).optional() }),
    response: pageOf(planSchema),
    status: 200,
  }),
  getPlan: route({
    method: 'GET',
    path: `${plans}/{planId}`,
    access: 'viewer',
    summary: 'Get a plan: what it comes to, and how far it is committed',
    response: planSchema,
    status: 200,
  }),
  getPlanItems: route({
    method: 'GET',
    path: `${plans}/{planId}/items`,
    access: 'viewer',
    summary: 'The items of a plan as they were planned, and every order left out with the reason and a remedy',
    description: 'A page has up to `limit` of either.',
    query: pageQuery,
    response: pageOf(planItemSchema).extend({ leftOut: z.array(leftOutSchema) }),
    status: 200,
  }),
  comparePlans: route({
    method: 'GET',
    path: `${plans}/{planId}/compare`,
    access: 'viewer',
    summary: 'What differs in another plan, order by order',
    query: pageQuery.extend({ with: planIdSchema }),
    response: z.strictObject({
      before: planSchema,
      after: planSchema,
      same: z.int(),
      different: z.int().meta({ description: 'Orders that differ, on all pages' }),
      differences: z.array(
        z.strictObject({
          orderId: orderIdSchema,
          change: z.enum(['added', 'left-out', 'moved', 'other-assets']),
          before: planItemSchema.optional(),
          after: planItemSchema.optional(),
          laterMinutes: z.int().optional(),
        }),
      ),
      next: pageOf(z.string()).shape.next,
    }),
    status: 200,
  }),
  previewCommit: route({
    method: 'POST',
    path: `${plans}/{planId}/commit:preview`,
    access: 'viewer',
    summary: 'What a commit would do now: what would be committed, and what is in the way; nothing is stored',
    body: z.strictObject({
      orderIds: z.array(orderIdSchema).min(1).max(5_000).optional(),
      limit: z.int().min(1).max(limits.pageMaximum).default(limits.pageMaximum),
      cursor: pageQuery.shape.cursor,
    }),
    response: z.strictObject({
      revision: z.int(),
      timetableRevision: z.int(),
      isStale: z.boolean().meta({ description: 'Slots have changed since it was made: committed by force alone' }),
      open: z.int().meta({ description: 'Items that wait to be committed, on all pages' }),
      makesWay: z.int().meta({ description: 'Slots that are taken back or put elsewhere' }),
      fits: z.int().meta({ description: 'Of this page' }),
      conflicting: z.int().meta({ description: 'Of this page' }),
      items: z.array(
        z.strictObject({
          orderId: orderIdSchema,
          start: instantSchema,
          assets,
          fits: z.boolean(),
          reasons: z.array(z.strictObject({ code: z.string(), message: z.string() })),
          conflicts: z.array(itemConflictSchema),
        }),
      ),
      next: pageOf(z.string()).shape.next,
    }),
    status: 200,
    refusals: ['invalid'],
  }),
  editPlanItem: route({
    method: 'PATCH',
    path: `${plans}/{planId}/items/{orderId}`,
    access: 'scientist',
    summary: 'Put an item elsewhere by hand, or take it out; it is checked at once',
    description:
      'Soft rules may be overridden by those who may, with the reason; the item keeps that for its commit. Hard rules, and what the plan itself has there, never.',
    body: z
      .strictObject({ start: instantSchema, assets, drop: z.literal(true), override: overrideSchema })
      .partial()
      .refine((body) => Object.keys(body).length > 0, { error: 'send start, assets, drop or override' }),
    response: planItemSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state', 'asset_busy', 'against_rules', 'limit_exceeded'],
  }),
  rejectPlan: route({
    method: 'POST',
    path: `${plans}/{planId}/reject`,
    access: 'manager',
    summary: 'Reject a plan, with the reason',
    body: z.strictObject({ reason }),
    response: planSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
