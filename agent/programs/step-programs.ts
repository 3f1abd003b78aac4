import { spawn } from 'node:child_process'
import * as z from 'zod'
import type { StepPort, StepResult } from '../core/ports.ts'

/** A program and its arguments; an argument may be empty, a program may not. */
const commandSchema = z
  .array(z.string())
  .min(1)
  .max(50)
  .refine(([program]) => program !== '', { error: 'the first entry is the program' })

/** A step as the agent's configuration tells it: programs with their arguments; `{1}`, `{2}` … are those of the protocol. */
export const stepProgramSchema = z.strictObject({
  run: commandSchema,
  cleanUp: commandSchema.optional(),
  timeoutSeconds: z.number().positive().max(540).default(60),
})
type StepProgram = z.output<typeof stepProgramSchema>

const mostPrinted = 2_000

/** Whole entries and parts of entries alike; one that is not given is empty. No shell. */
const filled = (entries: readonly string[], args: readonly string[]): string[] =>
  entries.map((text) => text.replace(/\{(\d{1,2})\}/g, (_, n: string) => args[Number(n) - 1] ?? ''))

const runProgram = (entries: readonly string[], timeoutSeconds: number): Promise<StepResult> =>
  new Promise((resolve) => {
    const [program = '', ...args] = entries
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
      timeout: timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
    })
    let printed = ''
    const take = (chunk: Buffer): void => {
      printed = (printed + chunk.toString('utf8')).slice(-mostPrinted)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', ({ message }) => resolve({ ok: false, message }))
    child.on('exit', (code, signal) => {
      if (code === 0) return resolve({ ok: true })
      const how = signal ? `it was ended by ${signal}, perhaps after ${timeoutSeconds} s` : `exit code ${code}`
      resolve({ ok: false, message: `${how}. ${printed.trim()}`.trim() })
    })
  })

export const stepPorts = (steps: Readonly<Record<string, StepProgram>>): ReadonlyMap<string, StepPort> =>
  new Map(
    Object.entries(steps).map(([name, { run, cleanUp, timeoutSeconds }]) => [
      name,
      {
        run: (args) => runProgram(filled(run, args), timeoutSeconds),
        ...(cleanUp && { cleanUp: (args) => runProgram(filled(cleanUp, args), timeoutSeconds) }),
      } satisfies StepPort,
    ]),
  )
