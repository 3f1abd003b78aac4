import * as z from 'zod'
import { auditIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** Who did something. `system` is Benchtime itself: a firing, the workflow, the sweeper. */
export const actorSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('person'), subject: z.string() }),
    z.strictObject({ kind: z.literal('agent'), agentId: z.string() }),
    z.strictObject({ kind: z.literal('system'), part: z.string() }),
  ])
  .meta({ id: 'Actor', description: 'Who did something' })
export type Actor = z.output<typeof actorSchema>

export const actorName = (actor: Actor): string =>
  actor.kind === 'person' ? actor.subject : actor.kind === 'agent' ? actor.agentId : `system:${actor.part}`

/**
 * Who changed what, when, from what to what. Written in the transaction of the change itself, never changed after.
 * `changes` holds the fields that changed with their new values (null = removed), so that folding the entries of a
 * subject in order gives its state (I6).
 */
export const auditEntrySchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: auditIdSchema,
    /** Id of the thing that changed. */
    subject: z.string(),
    /** A past-tense verb phrase: `run.opened`, `schedule.paused`, … */
    action: z.string(),
    at: instantSchema,
    actor: actorSchema,
    changes: z.record(z.string(), z.json()),
    /** What the fields were before, for changes that a person may want to look back at; null where there was nothing. */
    before: z.record(z.string(), z.json()).optional(),
    note: z.string().max(1_000).optional(),
  })
  .meta({ id: 'AuditEntry', description: 'Who changed what, when, to what' })
export type AuditEntry = z.output<typeof auditEntrySchema>

export type Json = z.output<ReturnType<typeof z.json>>

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Fields of `after` that differ from `before`; a field that is gone is null. */
export const changesBetween = (before: object | undefined, after: object): Record<string, Json> => {
  const old = (before ?? {}) as Record<string, unknown>
  const now = after as Record<string, unknown>
  const changes: Record<string, Json> = {}
  for (const key of Object.keys(now))
    if (now[key] !== undefined && !same(old[key], now[key])) changes[key] = now[key] as Json
  for (const key of Object.keys(old)) if (old[key] !== undefined && now[key] === undefined) changes[key] = null
  return changes
}

/** The state that a subject's entries, oldest first, add up to. */
export const foldEntries = (entries: readonly Pick<AuditEntry, 'changes'>[]): Record<string, unknown> => {
  const state: Record<string, unknown> = {}
  for (const { changes } of entries)
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) delete state[key]
      else state[key] = value
    }
  return state
}
