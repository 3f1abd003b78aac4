import * as z from 'zod'

export const orderTypeNameSchema = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9_]*$/, 'expected lower case letters, digits and _, such as core')
  .meta({ description: 'Name of an order type', examples: ['core', 'supervisor'] })
