import * as z from 'zod'
import { type AgentId, agentIdSchema, type WorkspaceId, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { concurrentRunsSchema } from '../runs/capacity.ts'
import { instantSchema } from '../time.ts'
import { agentCertificateSchema, maxCertificates } from './certificate.ts'
import { instrumentSchema } from './instrument.ts'

/** The on-prem process beside the instruments. Its identity at the broker is its thing name. */
export const agentSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: agentIdSchema,
    name: nameSchema,
    thingName: z.string().meta({ description: 'Client id and thing name at the broker' }),
    status: z.enum(['enrolled', 'disabled']),
    /** Runs that it may drive at one time. */
    maxConcurrentRuns: concurrentRunsSchema.optional(),
    /** Those in force; revoked ones are in the history. */
    certificates: z.array(agentCertificateSchema).max(maxCertificates).optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Agent', description: 'The on-prem process that drives instruments' })
export type Agent = z.output<typeof agentSchema>

/**
 * When the cloud last heard an agent, by its own polls; presence events of the broker are not believed. Kept beside the
 * agent, so that it never makes a version stale that a person has read (I12).
 */
export const presenceSchema = z.strictObject({
  workspaceId: workspaceIdSchema,
  agentId: agentIdSchema,
  lastSeenAt: instantSchema,
  /** Of the agent's process: another one means that it was started again. */
  session: z.string(),
  software: z.string().max(80),
  instruments: z.array(instrumentSchema).optional(),
  /** By how much its wall clock is ahead of the cloud's; only where it is worth telling. */
  clockAheadSeconds: z.int().optional(),
  /** The session that was heard before this one. */
  before: z.strictObject({ session: z.string(), until: instantSchema }).optional(),
  /** Nobody heard of it for too long, and people were told. */
  offlineSince: instantSchema.optional(),
  /** Two processes speak under its name, one after the other. */
  rivals: z.strictObject({ since: instantSchema, session: z.string() }).optional(),
  version: z.int().min(1),
})
export type Presence = z.output<typeof presenceSchema>

/** Thing names allow `:` and topics allow it too, so one name carries workspace and agent. */
export const thingNameOf = (workspaceId: WorkspaceId, agentId: AgentId): string => `${workspaceId}:${agentId}`

/** The workspace and agent behind a thing name, or undefined where it is not one of ours. */
export const agentOfThing = (thing: string): { workspaceId: WorkspaceId; agentId: AgentId } | undefined => {
  const [workspace, agent, ...rest] = thing.split(':')
  const workspaceId = workspaceIdSchema.safeParse(workspace)
  const agentId = agentIdSchema.safeParse(agent)
  return rest.length === 0 && workspaceId.success && agentId.success
    ? { workspaceId: workspaceId.data, agentId: agentId.data }
    : undefined
}
