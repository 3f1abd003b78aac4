import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import type * as z from 'zod'
import { log } from './log.ts'

/**
 * Wraps a function that is called with an event: reads the event by its schema, logs failures once with what a person needs
 * to find the cause, and lets the error go on, because whoever called decides about retries.
 */
export const eventFunction = <S extends z.ZodType, Result>(
  name: string,
  schema: S,
  work: (event: z.output<S>) => Promise<Result>,
) =>
  middy<unknown, Result>()
    .before(({ context }) => log.appendKeys({ function: name, request: context.awsRequestId }))
    .onError(({ error }) => {
      log.error(`${name} failed.`, { error: error instanceof Error ? error : String(error) })
    })
    .handler(async (event: unknown, _context: Context) => work(schema.parse(event)))
