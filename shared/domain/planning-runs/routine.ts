import * as z from 'zod'
import { planningRoutineIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { isZone } from '../zone.ts'
import { planningAskFields } from './planning-run.ts'

export const routineStatuses = {
  active: 'plans at its times',
  paused: 'plans nothing until it is active again',
  ended: 'plans nothing any more',
} as const

const { from: _from, to: _to, name: _name, orderIds: _orders, ...repeated } = planningAskFields

/** What a routine asks for each time. */
export const routineAskFields = {
  ...repeated,
  bufferDays: z.int().min(0).max(30).optional().meta({
    description:
      'It plans from so many days ahead on, and leaves what is nearer to people; where it is left out, none, and an assignment 3',
  }),
  days: z
    .int()
    .min(1)
    .max(60)
    .optional()
    .meta({ description: 'How many days it plans; where it is left out 7, and an assignment 21' }),
}

export const routineFields = {
  name: nameSchema,
  /** Classic five fields, six, or a phrase such as `daily at 02:00`; stored as six. */
  cron: z
    .string()
    .min(1)
    .max(200)
    .meta({
      description: 'When it plans, by the clocks of its zone: cron, or a phrase',
      examples: ['daily at 02:00', '0 2 * * 1-5'],
    }),
  timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
  ask: z.strictObject(routineAskFields),
}

export const planningRoutineSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: planningRoutineIdSchema,
    status: z.enum(Object.keys(routineStatuses) as [keyof typeof routineStatuses]),
    ...routineFields,
    /** Counts its changes: what fires for an earlier one is passed over. */
    generation: z.int().min(1),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({
    id: 'PlanningRoutine',
    description: 'A rule by which plans are made by themselves; people look at them and commit',
  })
export type PlanningRoutine = z.output<typeof planningRoutineSchema>
