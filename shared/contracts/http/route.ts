import * as z from 'zod'
import type { RefusalCode } from '#domain/errors.ts'
import {
  agentIdSchema,
  assetIdSchema,
  protocolIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  workspaceIdSchema,
} from '#domain/ids.ts'
import { type Role, subjectSchema } from '#domain/workspaces/workspace.ts'
import { limits } from './limits.ts'

/** One route, declared once: gateway, router, authorisation, OpenAPI and client derive from it. */
export type RouteShape = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `{name}` names a parameter of `parameterSchemas`. */
  readonly path: `/v1/${string}`
  /** Nobody is asked; any token will do; or a member of the workspace with at least this role. */
  readonly access: 'public' | 'authenticated' | Role
  readonly summary: string
  readonly description?: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly response?: z.ZodType
  readonly status: 200 | 201 | 204
  /** A POST that makes something: takes an Idempotency-Key and answers with a Location. */
  readonly creates?: true
  /** Changes something that has a version: needs If-Match. */
  readonly conditional?: true
  readonly refusals?: readonly RefusalCode[]
}

export const parameterSchemas = {
  workspaceId: workspaceIdSchema,
  assetId: assetIdSchema,
  agentId: agentIdSchema,
  protocolId: protocolIdSchema,
  scheduleId: scheduleIdSchema,
  runId: runIdSchema,
  reservationId: reservationIdSchema,
  subject: subjectSchema,
} as const
export type ParameterName = keyof typeof parameterSchemas

export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.pageMaximum)
    .default(limits.pageDefault)
    .meta({ description: 'Items per page' }),
  cursor: z.string().max(1_000).optional().meta({ description: '`next` of the page before' }),
})

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().optional().meta({ description: 'Cursor of the next page; absent on the last' }),
  })

/** A note that says why, kept in the history. */
export const noteBody = z.strictObject({ note: z.string().min(1).max(500) })

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const route = <const R extends RouteShape>(declared: R): R => declared
