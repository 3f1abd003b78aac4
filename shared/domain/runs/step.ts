import * as z from 'zod'

/**
 * Something that is done beside the drive, by a name that the agent knows from its own configuration: the cloud never tells an
 * agent what to run.
 */
export const stepSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and -'),
    args: z.array(z.string().max(500)).max(20).default([]),
  })
  .meta({
    id: 'Step',
    description:
      'A step before the drive; its clean-up comes after the drive, in reverse order. Named in the agent’s configuration',
  })
