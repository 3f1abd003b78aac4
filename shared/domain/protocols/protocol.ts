import * as z from 'zod'
import { setupSchema } from '../assets/booking-rules.ts'
import { capabilityNeedSchema } from '../assets/capability.ts'
import { assetIdSchema, protocolIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { mostFacts, uncertainFactSchema } from '../recovery/uncertain.ts'
import { stepSchema } from '../runs/step.ts'
import { instantSchema } from '../time.ts'

export const driverNameSchema = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'expected a driver name such as `process` or `simulator`')

const units = z.int().min(1).max(10_000).default(1)

/** What a run needs: this very asset, or any one asset with a capability. */
export const requirementSchema = z
  .union([
    z.strictObject({ assetId: assetIdSchema, units }),
    z.strictObject({ capability: capabilityNeedSchema, units }),
  ])
  .meta({
    id: 'Requirement',
    description: 'One asset by id, or any one asset by capability, and how many of its units',
  })
export type Requirement = z.output<typeof requirementSchema>

/** What is done when a drive takes longer than it should. */
export const overtimeSchema = z
  .strictObject({
    /** Times the expected duration after which people are told, once. */
    warnAt: z.number().min(1).max(100).default(2),
    atTimeLimit: z.enum(['abort', 'continue', 'clean-up']).default('abort').meta({
      description:
        'abort: it is stopped and has failed; continue: it may go on for two weeks, and people are told; clean-up: it is stopped, and another protocol is run on the same assets',
    }),
    cleanUpProtocolId: protocolIdSchema.optional(),
  })
  .refine(({ atTimeLimit, cleanUpProtocolId }) => (atTimeLimit === 'clean-up') === (cleanUpProtocolId !== undefined), {
    error: 'cleanUpProtocolId belongs to clean-up, and clean-up needs it',
  })
  .meta({ id: 'Overtime', description: 'What is done when a drive takes longer than it should' })

export const protocolSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: protocolIdSchema,
    name: nameSchema,
    driver: driverNameSchema,
    /** What the driver executes: a method file or program, relative to the agent's allowed roots. */
    path: z.string().min(1).max(500).optional(),
    /** Anything else the driver needs; opaque to the cloud. At most 16 KB as JSON. */
    payload: z.record(z.string(), z.json()).optional(),
    /** JSON Schema (2020-12) that the parameters of every run must satisfy. */
    parametersSchema: z.record(z.string(), z.json()).optional(),
    /** The first requirement that is a machine with an agent names who drives. */
    requirements: z.array(requirementSchema).min(1).max(20),
    expectedDurationSeconds: z
      .int()
      .min(1)
      .max(7 * 86_400),
    /** After this long the run is over for the cloud, whatever the instrument does. Default: twice the expected duration plus ten minutes. */
    timeLimitSeconds: z
      .int()
      .min(1)
      .max(14 * 86_400)
      .optional(),
    /** The agent reports at least this often while it drives; three missed reports are a lost contact. */
    heartbeatSeconds: z.int().min(1).max(600).default(30),
    overtime: overtimeSchema.optional(),
    /** Done before the drive by the agent, in this order, and tidied up after it in reverse. */
    steps: z.array(stepSchema).max(10).optional(),
    /** What nobody knows after an uncertain end, beside what the driver names. */
    uncertainFacts: z.array(uncertainFactSchema).max(mostFacts).optional(),
    /** Class of setup of its runs, for the changeover times of assets. */
    setup: setupSchema.optional(),
    status: z.enum(['active', 'archived']),
    tags: z.array(z.string().min(1).max(60)).max(20),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Protocol', description: 'What is to be executed' })
export type Protocol = z.output<typeof protocolSchema>

export const timeLimitOf = (protocol: Pick<Protocol, 'expectedDurationSeconds' | 'timeLimitSeconds'>): number =>
  protocol.timeLimitSeconds ?? 2 * protocol.expectedDurationSeconds + 600
