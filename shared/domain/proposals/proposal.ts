import * as z from 'zod'
import {
  connectorIdSchema,
  orderIdSchema,
  planIdSchema,
  proposalIdSchema,
  slotIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { instantSchema } from '../time.ts'

/** What people do with an order of an assignment, and what becomes of it. */
export const proposalStatuses = {
  proposed: 'it waits for a decision',
  edited: 'a person put it elsewhere; it waits for a decision',
  unassigned: 'nothing fits, or it makes way for another; the reasons say why',
  kept: 'its slot stays as it is',
  approved: 'it is decided: its slot is made, and told to the connector where there is one',
  submitted: 'the outside system has taken it',
  failed: 'it could not be committed, or could not be told to the outside system; `problem` says which, and why',
  rejected: 'a person does not want it',
  expired: 'nobody decided in time, or the plan is not wanted any more',
} as const
export type ProposalStatus = keyof typeof proposalStatuses

export const proposalProblemSchema = z.strictObject({ at: z.enum(['commit', 'submit']), message: z.string() })

/** What a person decided of one order of a plan, and what came of it. As long as nobody has, there is none. */
export const proposalSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: proposalIdSchema,
    planId: planIdSchema,
    orderId: orderIdSchema,
    status: z.enum(['edited', 'approved', 'submitted', 'failed', 'rejected']),
    /** Who decided, and when. */
    by: z.string(),
    at: instantSchema,
    /** Why it was rejected, or what became of the order that it made way for. */
    reason: z.string().max(1_000).optional(),
    /** The order that it makes way for; it was decided with that one. */
    for: orderIdSchema.optional(),
    /** Since it is committed. */
    slotId: slotIdSchema.optional(),
    /** What its order had, where it makes way and waits again. */
    gaveUp: slotIdSchema.optional(),
    problem: proposalProblemSchema.optional(),
    /** How it is told to the outside system. */
    submission: z
      .strictObject({
        connectorId: connectorIdSchema,
        tries: z.array(z.strictObject({ at: instantSchema, error: z.string() })).max(20),
        sentAt: instantSchema.optional(),
        /** The name by which the outside system knows it. */
        reference: z.string().optional(),
      })
      .optional(),
    /** When something is to be done about it: to commit it, or to tell the outside system. */
    dueAt: instantSchema.optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'ProposalDecision', description: 'What was decided of one order of an assignment' })
export type Proposal = z.output<typeof proposalSchema>

/** It is approved, and nobody knows yet whether it could be committed. */
export const isUnsettled = ({ status, slotId, gaveUp }: Proposal): boolean =>
  status === 'approved' && slotId === undefined && gaveUp === undefined

/** Proposals that nobody decided are over after so many days. */
export const expireDays = 7
