import * as z from 'zod'
import { orderIdSchema, proposalIdSchema, slotIdSchema } from '#domain/ids.ts'
import { leftOutSchema, planItemSchema, planSchema } from '#domain/plans/plan.ts'
import { proposalProblemSchema, proposalSchema } from '#domain/proposals/proposal.ts'
import { instantSchema } from '#domain/time.ts'
import { isZone } from '#domain/zone.ts'
import { overrideSchema } from '../override.ts'
import { pageOf, pageQuery, route } from '../route.ts'
import { assignment, counts, orderIds, outcomes, proposals, status } from './proposal-outcomes.ts'

const decision = proposalSchema.shape
const proposal = z
  .strictObject({
    id: proposalIdSchema,
    orderId: orderIdSchema,
    orderName: z.string().optional(),
    externalReference: z.string().optional(),
    status,
    item: planItemSchema.optional(),
    leftOut: leftOutSchema.optional(),
    by: decision.by.optional(),
    at: decision.at.optional(),
    reason: decision.reason,
    for: decision.for,
    slotId: slotIdSchema.optional(),
    gaveUp: slotIdSchema.optional(),
    problem: proposalProblemSchema.optional(),
    submission: decision.submission,
  })
  .meta({
    id: 'Proposal',
    description: 'What an assignment proposes for an order, what was decided, and what came of it',
  })

/** What people do with an assignment beside approving: look at its proposals, edit and reject them. */
export const proposalRoutes = {
  getWaitingAssignments: route({
    method: 'GET',
    path: proposals,
    access: 'viewer',
    summary: 'Assignments of late, newest first: what waits for approval, and how far the rest is',
    response: z.strictObject({
      hasPending: z.boolean(),
      pending: z.int().meta({ description: 'Proposals that wait for a decision, in all of them' }),
      items: z.array(
        planSchema
          .pick({ id: true, name: true, status: true, from: true, to: true, createdAt: true, createdBy: true })
          .extend({ waiting: z.int(), first: instantSchema.optional(), counts }),
      ),
    }),
    status: 200,
  }),
  getProposals: route({
    method: 'GET',
    path: assignment,
    access: 'viewer',
    summary: 'Proposals of an assignment by start, and then the orders that found no place, each with its reasons',
    query: pageQuery.extend({
      status: status.optional(),
      day: z.iso.date().optional().meta({ description: 'Those that begin on this day' }),
      timeZone: z
        .string()
        .max(50)
        .refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' })
        .default('UTC')
        .meta({ description: 'By whose clocks days begin' }),
    }),
    response: pageOf(proposal).extend({
      counts,
      planVersion: z.int().meta({ description: 'Grows with each edit and decision; an approval may name it' }),
    }),
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
  editProposal: route({
    method: 'PATCH',
    path: `${assignment}/items/{orderId}`,
    access: 'scientist',
    summary: 'Put a proposal elsewhere by hand, or override rules for it; it is checked at once, with all reasons',
    body: z
      .strictObject({ start: instantSchema, assets: planItemSchema.shape.assets, override: overrideSchema })
      .partial()
      .refine((body) => Object.keys(body).length > 0, { error: 'send start, assets or override' }),
    response: proposal,
    status: 200,
    refusals: ['invalid', 'invalid_state', 'asset_busy', 'against_rules', 'limit_exceeded'],
  }),
  rejectProposals: route({
    method: 'POST',
    path: `${assignment}/reject`,
    access: 'manager',
    summary: 'Reject proposals: nobody commits them, and what was to make way for them keeps its place',
    body: z.strictObject({ orderIds, reason: z.string().min(1).max(500) }),
    response: outcomes,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
  resubmitProposals: route({
    method: 'POST',
    path: `${assignment}/resubmit`,
    access: 'manager',
    summary: 'Tell the outside system again, from the first try; within a minute or two',
    body: z.strictObject({ orderIds }),
    response: outcomes,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
} as const
