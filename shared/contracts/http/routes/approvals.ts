import * as z from 'zod'
import { route } from '../route.ts'
import { assignment, orderIds, outcomes } from './proposal-outcomes.ts'

/** Approving commits, so a function of its own does it. */
export const approvalRoutes = {
  approveProposals: route({
    method: 'POST',
    path: `${assignment}/approve`,
    access: 'manager',
    summary: 'Approve proposals: each is judged anew and committed, with what makes way for it',
    description:
      'What cannot be committed fails by itself, with the reason; the others go on. Asked again it goes on where it stopped, and does nothing twice. Refused where none of the orders that are named may be approved.',
    body: z.strictObject({
      orderIds,
      planVersion: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'As the proposals told it: refused where something was edited or decided since' }),
    }),
    response: outcomes,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
} as const
