import * as z from 'zod'
import { setupSchema } from '../../assets/booking-rules.ts'
import { modeKind } from './mode-kind.ts'

/** Work of an instrument in a laboratory. */
export const protocolMode = modeKind({
  schema: z.strictObject({ kind: z.literal('PROTOCOL'), setup: setupSchema.optional() }),
  unit: 'minute',
  setupOf: ({ setup }) => setup,
})
