import * as z from 'zod'

const outcome = z.enum(['succeeded', 'failed', 'aborted', 'indeterminate'])

/** How one Hamilton instrument is driven. Nothing of it is guessed: installations differ. */
export const hamiltonConfigSchema = z.strictObject({
  /** The program that runs methods, such as C:\\Program Files (x86)\\HAMILTON\\Bin\\HxRun.exe. */
  hxrun: z.string().min(1),
  /**
   * Its arguments, one entry each; `{method}` is the full path of the method. What starts a method, and what only simulates it,
   * depends on the version of VENUS: ask yours.
   */
  arguments: z
    .array(z.string())
    .min(1)
    .refine((args) => args.some((text) => text.includes('{method}')), 'one of them must contain {method}'),
  /** Methods may lie below these directories only. */
  methodFolders: z.array(z.string().min(1)).min(1),
  /** Other names of methods: a protocol may say `wash` instead of the path of the file. */
  aliases: z.record(z.string(), z.string()).default({}),
  /** Where it writes its trace files (…\\LogFiles); without it only the exit code tells how a method ended. */
  traceFolder: z.string().optional(),
  /** What exit codes mean; any other, without an end in the trace, means that nobody knows. */
  exitCodes: z.record(z.string().regex(/^-?\d+$/), outcome).default({ 0: 'succeeded', 64: 'aborted' }),
  /** Words in the trace that mean that somebody stopped the method at the instrument. */
  abortWords: z
    .array(z.string().min(3))
    .default(['manual abort', 'aborted', 'abort command', 'stopped by user', 'user stopped']),
  /** Names of processes that mean that the instrument is in use. */
  processNames: z.array(z.string().min(1)).default(['HxRun.exe']),
})
export type HamiltonConfig = z.output<typeof hamiltonConfigSchema>
