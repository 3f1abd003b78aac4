import * as z from 'zod'
import { workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { concurrentRunsSchema } from '../runs/capacity.ts'
import { instantSchema } from '../time.ts'
import { emergencyStopSchema, holdSchema } from './emergency-stop.ts'
import { stopSchema } from './stop.ts'

/** What a member may do; each role may do all that those before it may. */
export const roles = {
  viewer: 'sees everything in the workspace',
  scientist: 'also books assets and starts runs',
  operator: 'also aborts runs, clears quarantine and recovery, sets asset status',
  manager: 'also makes assets, agents, protocols and schedules',
  admin: 'also manages members and the workspace itself',
} as const

export type Role = keyof typeof roles
export const roleOrder = Object.keys(roles) as Role[]
export const roleSchema = z.enum(roleOrder as [Role, ...Role[]]).meta({ id: 'Role' })

/** Whether `held` is enough where `needed` is asked. */
export const roleAllows = (held: Role, needed: Role): boolean => roleOrder.indexOf(held) >= roleOrder.indexOf(needed)

export const workspaceSchema = z
  .strictObject({
    id: workspaceIdSchema,
    name: nameSchema,
    /** Runs are forgotten so many days after they were due; never, where it is left out. */
    retentionDays: z.int().min(30).max(3_650).optional(),
    /** Kill switches that are thrown. */
    stops: z.array(stopSchema).max(50).optional(),
    /** Nothing starts; what is due waits. */
    hold: holdSchema.optional(),
    emergencyStop: emergencyStopSchema.optional(),
    /** Runs that may be live at one time, with a drive. */
    maxConcurrentRuns: concurrentRunsSchema.optional(),
    /** Whatever has to be recovered holds the whole workspace, not its asset alone. */
    holdOnRecovery: z.boolean().optional(),
    /** Runs are exported before they are forgotten. */
    exportForgotten: z.boolean().optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Workspace', description: 'One laboratory: the unit of tenancy, roles and limits' })
export type Workspace = z.output<typeof workspaceSchema>

/** A subject is the `sub` claim of a token. */
export const subjectSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9_.@:-]+$/, 'expected letters, digits and _ . @ : -')

export const memberSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    subject: subjectSchema,
    name: nameSchema,
    role: roleSchema,
    /** Groups of people that the member belongs to, for quotas. */
    groups: z.array(z.string().min(1).max(60)).max(5).optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
  })
  .meta({ id: 'Member', description: 'A person or program with a role in a workspace' })
export type Member = z.output<typeof memberSchema>
