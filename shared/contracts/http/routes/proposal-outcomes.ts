import * as z from 'zod'
import { orderIdSchema, planIdSchema, slotIdSchema } from '#domain/ids.ts'
import { keysOf } from '#domain/keys-of.ts'
import { proposalProblemSchema, proposalStatuses } from '#domain/proposals/proposal.ts'

/** What routes of proposals have in common. */
export const proposals = '/v1/workspaces/{workspaceId}/proposals'
export const assignment = `${proposals}/{assignmentId}` as const

export const status = z.enum(keysOf(proposalStatuses))
export const counts = z.partialRecord(status, z.int())
export const orderIds = z
  .array(orderIdSchema)
  .min(1)
  .max(5_000)
  .optional()
  .meta({ description: 'All for which it is meant, where they are left out' })

export const outcomes = z
  .strictObject({
    planId: planIdSchema,
    isDone: z.boolean().meta({
      description: 'false: some are not committed yet; asked again it goes on, and by itself after some minutes',
    }),
    counts,
    items: z.array(
      z.strictObject({
        orderId: orderIdSchema,
        status,
        slotId: slotIdSchema.optional(),
        gaveUp: slotIdSchema.optional(),
        for: orderIdSchema.optional(),
        reason: z.string().optional(),
        problem: proposalProblemSchema.optional(),
        refused: z.string().optional().meta({ description: 'Why nothing was done to it' }),
      }),
    ),
  })
  .meta({ id: 'ProposalOutcomes', description: 'What came of a request, order by order' })
