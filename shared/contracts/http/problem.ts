import * as z from 'zod'
import { type RefusalCode, refusalCodes } from '#domain/errors.ts'

export type ProblemCode = RefusalCode | 'internal'

/** HTTP status of each way to say no. */
export const statusOf = {
  malformed_request: 400,
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  unsupported_media_type: 415,
  payload_too_large: 413,
  already_exists: 409,
  invalid_state: 409,
  asset_busy: 409,
  against_rules: 422,
  stale_version: 412,
  precondition_required: 428,
  idempotency_key_reused: 422,
  limit_exceeded: 422,
  contended: 409,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ProblemCode, number>

const codes: [ProblemCode, ...ProblemCode[]] = ['internal', ...(Object.keys(refusalCodes) as RefusalCode[])]

/** RFC 9457, with the closed set of codes and machine-readable reasons. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'URI of the kind of problem' }),
    title: z.string().meta({ description: 'What this kind of problem is' }),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string().meta({ description: 'What is wrong here, and what to do' }),
    reasons: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          path: z.string().optional(),
          facts: z.record(z.string(), z.unknown()).optional(),
          severity: z.enum(['hard', 'soft']).optional(),
          overridableBy: z.string().optional(),
        }),
      )
      .optional(),
    current: z.unknown().optional().meta({ description: 'The thing as it is now, where that helps' }),
    reference: z.string().optional().meta({ description: 'Id of the request, to be found in the log' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' })
export type Problem = z.output<typeof problemSchema>

export const problemOf = (code: ProblemCode, detail: string, more: Partial<Problem> = {}): Problem => ({
  type: `urn:benchtime:problem:${code}`,
  title: code === 'internal' ? 'Something broke inside Benchtime.' : refusalCodes[code],
  status: statusOf[code],
  code,
  detail,
  ...more,
})
