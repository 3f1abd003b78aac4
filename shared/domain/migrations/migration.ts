import * as z from 'zod'
import type { WorkspaceId } from '../ids.ts'
import { instantSchema } from '../time.ts'

export const migrationStatuses = {
  waiting: 'has not begun, or is to be done again',
  running: 'has begun; it goes on by itself',
  done: 'is done, and is not done again',
} as const
export type MigrationStatus = keyof typeof migrationStatuses

export const migrationProblemSchema = z
  .strictObject({
    /** What could not be migrated. */
    at: z.string(),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'MigrationProblem', description: 'What could not be migrated, and why; everything else was' })
export type MigrationProblem = z.output<typeof migrationProblemSchema>

/** Problems that are kept of one migration; all are counted. */
export const mostProblems = 500

export const migrationStateSchema = z.strictObject({
  number: z.int().min(1),
  name: z.string(),
  status: z.enum(Object.keys(migrationStatuses) as [MigrationStatus, ...MigrationStatus[]]),
  /** How much was done, by what. */
  counts: z.record(z.string(), z.int()),
  problems: z.array(migrationProblemSchema).meta({ description: `The first ${mostProblems}` }),
  startedAt: instantSchema.optional(),
  doneAt: instantSchema.optional(),
  /** What did it. */
  software: z.string().optional(),
})

/** How far a migration is in a workspace. One that is not stored has not begun. */
export type MigrationState = z.output<typeof migrationStateSchema> & {
  readonly workspaceId: WorkspaceId
  /** Its number as text. */
  readonly id: string
  /** Where it goes on; its own. */
  readonly cursor?: string
  readonly version: number
}

export const migrationReportSchema = z
  .strictObject({
    unfinished: z.int().meta({ description: 'Migrations that are not done' }),
    migrations: z.array(migrationStateSchema.extend({ what: z.string() })),
  })
  .meta({ id: 'MigrationReport', description: 'The migrations there are, and how far each is in a workspace' })
export type MigrationReport = z.output<typeof migrationReportSchema>
