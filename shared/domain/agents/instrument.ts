import * as z from 'zod'
import { assetIdSchema } from '../ids.ts'
import { driverNameSchema } from '../protocols/protocol.ts'

export const instrumentStates = {
  idle: 'free, as far as the driver can tell',
  busy: 'doing something that the agent did not start',
  driving: 'doing what the agent started',
  offline: 'not reachable',
  unknown: 'the driver cannot tell',
} as const
export type InstrumentState = keyof typeof instrumentStates

/** What an agent says of one of its instruments. */
export const instrumentSchema = z.strictObject({
  driver: driverNameSchema,
  /** The asset that it is, where the agent's configuration says so; else it stands for every asset of this agent. */
  assetId: assetIdSchema.optional(),
  state: z.enum(Object.keys(instrumentStates) as [InstrumentState, ...InstrumentState[]]),
  message: z.string().max(300).optional(),
  /** What the driver can do with a drive that is going on. */
  can: z.array(z.enum(['pause', 'inspect'])).max(5),
  /** Interlocks that the driver answers. */
  conditions: z
    .array(z.strictObject({ name: z.string().max(60), ok: z.boolean(), message: z.string().max(300).optional() }))
    .max(20)
    .optional(),
})
export type Instrument = z.output<typeof instrumentSchema>
