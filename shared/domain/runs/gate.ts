import * as z from 'zod'
import { assetIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** What may keep a run from starting that has its assets; each is looked at before every drive. */
export const gateKinds = {
  'workspace-hold': 'somebody holds the whole workspace',
  maintenance: 'the instrument is in maintenance',
  recovery: 'somebody has to look at the instrument first',
  offline: 'the instrument is offline, or its agent cannot reach it',
  'instrument-busy': 'the instrument does something that Benchtime did not start',
  interlock: 'a condition of the instrument does not hold, or nobody answers for it',
  health: 'the instrument failed its health check, or is due for one',
} as const
export type GateKind = keyof typeof gateKinds

export const gateSchema = z
  .strictObject({
    gate: z.enum(Object.keys(gateKinds) as [GateKind, ...GateKind[]]),
    message: z.string(),
    assetId: assetIdSchema.optional(),
    since: instantSchema.optional(),
  })
  .meta({ id: 'Gate', description: 'What keeps a run from starting, and since when' })
export type Gate = z.output<typeof gateSchema>
