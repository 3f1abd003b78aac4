import * as z from 'zod'

const name = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and -')

/** A condition without which nothing starts on an asset, and who answers for it. */
export const interlockSchema = z
  .discriminatedUnion('kind', [
    /** The driver of the asset's agent tells it of its instrument, a few seconds old. */
    z.strictObject({ kind: z.literal('driver'), name }),
    /** Asked before every drive: POST to this address, which answers {"ok": true}. */
    z.strictObject({ kind: z.literal('webhook'), name, url: z.url({ protocol: /^https?$/ }).max(500) }),
  ])
  .meta({ id: 'Interlock', description: 'A condition without which nothing starts on the asset' })
