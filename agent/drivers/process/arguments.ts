import * as z from 'zod'

/** What the `process` driver reads of a protocol's payload. */
export const processPayloadSchema = z.object({
  /** Arguments, one entry each; `{name}` as a whole entry or within one is replaced by that parameter. Never split, no shell. */
  args: z.array(z.string().max(2_000)).max(100).default([]),
  /** `node` runs the path with the agent's own Node.js; absent: the path is the program itself. */
  runtime: z.enum(['node']).optional(),
  /** Files of its working directory that are kept with the run, such as `*.csv`. */
  outputs: z.array(z.string().min(1).max(100)).max(20).default([]),
  /** Exit codes that mean success. */
  successCodes: z.array(z.int()).default([0]),
})

export class MissingParameter extends Error {
  override readonly name = 'MissingParameter'
}

/** @throws MissingParameter when an argument names a parameter that is not given */
export const fillArguments = (args: readonly string[], parameters: Readonly<Record<string, unknown>>): string[] =>
  args.map((text) =>
    text.replace(/\{([A-Za-z0-9_]+)\}/g, (_, name: string) => {
      const value = parameters[name]
      if (value === undefined)
        throw new MissingParameter(`An argument names the parameter "${name}", which was not given.`)
      return typeof value === 'string' ? value : JSON.stringify(value)
    }),
  )
