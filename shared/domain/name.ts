import * as z from 'zod'

/** What people call a thing: something that can be seen, on one line, without spaces around it. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must be one line without control characters')
