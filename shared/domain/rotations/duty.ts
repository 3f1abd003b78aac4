import * as z from 'zod'

/** A duty is named once in a workspace; orders ask for it by this name. */
export const dutySchema = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9_]*$/, 'expected lower case letters, digits and _, such as primary_lead')
  .meta({ description: 'Name of a duty', examples: ['juicer', 'primary_lead'] })
