import * as z from 'zod'
import type { RefusalCode } from '#domain/errors.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { limits } from './limits.ts'

/** One route, declared once: gateway, router, authorisation, OpenAPI and client derive from it. */
export type RouteShape = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `{name}` names a parameter of parameters.ts. */
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
  /** Content type of the answer, where it is a text and not JSON. */
  readonly produces?: `text/${string}`
  /** The kind of what it makes, where other things are made on the way. */
  readonly makes?:
    | 'series'
    | 'outage'
    | 'recovery'
    | 'run'
    | 'contact'
    | 'orderTemplate'
    | 'planningRun'
    | 'planningRoutine'
  /**
   * Changes something that has a version. `required`: If-Match must be there, with the ETag that was read, or `*` to insist.
   * `optional`: it is heeded where it is there. Elsewhere If-Match is refused, because ignoring it would lose a promise.
   */
  readonly ifMatch?: 'required' | 'optional'
  readonly refusals?: readonly RefusalCode[]
}

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

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** A page that leaves out what was deleted softly, unless it is asked for; so it may hold fewer items than `limit`. */
export const pageWithArchivedQuery = pageQuery.extend({
  archived: flag.optional().meta({ description: 'true: also what was retired or archived' }),
})

/** Parameters of a run. Their JSON Schema is the protocol's; this is only how large they may be. */
export const parametersBody = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= limits.parametersBytes, {
    error: `at most ${limits.parametersBytes} characters as JSON; put more into a file beside the instrument and name its path`,
  })
  .meta({ description: 'Must satisfy the JSON Schema of the protocol; at most 16 KB as JSON' })

/** A note that says why, kept in the history. */
export const noteBody = z.strictObject({ note: z.string().min(1).max(500) })

export const route = <const R extends RouteShape>(declared: R): R => declared
