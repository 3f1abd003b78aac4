import * as z from 'zod'
import { artifactIdSchema, commandIdSchema, runIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** Bytes of one file at most. */
export const mostBytes = 256 * 1024 * 1024
/** Files of one run at most. */
export const mostFiles = 50

export const fileNameSchema = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._ -]*$/, 'letters, digits, blanks and . _ -, no folders')

/** A file that a run left behind: the whole of what the instrument printed, a trace, a result. It lies in the bucket. */
export const artifactSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: artifactIdSchema,
    runId: runIdSchema,
    commandId: commandIdSchema,
    name: fileNameSchema,
    bytes: z.int().min(0).max(mostBytes),
    /** Hexadecimal, as the agent computed it. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    at: instantSchema,
    version: z.int().min(1),
  })
  .meta({ id: 'Artifact', description: 'A file that a run left behind' })
export type Artifact = z.output<typeof artifactSchema>

/** Where a file of a run lies in the bucket. */
export const artifactKey = ({
  workspaceId,
  runId,
  commandId,
  name,
}: Pick<Artifact, 'workspaceId' | 'runId' | 'commandId' | 'name'>): string =>
  `artifacts/${workspaceId}/${runId}/${commandId}/${name}`
