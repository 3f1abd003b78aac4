import type * as z from 'zod'
import type { Reason } from '#domain/errors.ts'

const stepOf = (step: PropertyKey): string =>
  `/${String(step).slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed()}`

/** Every rule that a request breaks, the first twenty of them; each path is a JSON pointer behind `where`. */
export const reasonsOf = (error: z.ZodError, where: string): Reason[] =>
  error.issues.slice(0, 20).map(({ code, message, path }) => ({
    code,
    message: message.slice(0, 300).toWellFormed(),
    path: `${where}${path.map(stepOf).join('')}`,
  }))
