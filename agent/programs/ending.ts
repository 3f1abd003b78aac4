import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult } from '#contracts/agents/messages.ts'

export const planFile = 'plan.json'
export const endFile = 'end.json'
/** What the program printed, from its beginning. */
export const outputFile = 'output.log'
/** Bytes of it that are kept. */
export const mostOutput = 64 * 1024 * 1024

/** What the keeper writes when the program is over. */
export type Ending =
  | { readonly kind: 'not-started'; readonly message: string }
  | {
      readonly kind: 'ended'
      readonly code: number | null
      readonly signal: string | null
      readonly outputTail: string
      /** ISO-8601. */
      readonly endedAt: string
    }

/** @returns undefined where the keeper did not get to write it: it was killed, or the power failed */
export const readEnding = (directory: string): Ending | undefined => {
  try {
    return JSON.parse(readFileSync(join(directory, endFile), 'utf8')) as Ending
  } catch {
    return undefined
  }
}

type Facts = {
  readonly ending: Ending | undefined
  /** Why the agent stopped it, if it did. */
  readonly asked: string | undefined
  readonly successCodes: readonly number[]
  /** ISO-8601. */
  readonly startedAt: string
}

/** What a drive is reported to have come to, when nothing of the program’s process group is left. */
export const resultOf = ({ ending, asked, successCodes, startedAt }: Facts): CommandResult => {
  if (ending?.kind === 'not-started')
    return { outcome: 'refused', reason: 'bad-path', message: `The program could not be started: ${ending.message}` }
  const told = {
    startedAt,
    ...(ending && { outputTail: ending.outputTail, endedAt: ending.endedAt }),
  }
  if (asked !== undefined)
    return {
      outcome: 'aborted',
      reason: asked,
      message: 'The program and all that it had started were stopped.',
      ...told,
    }
  if (!ending)
    return {
      outcome: 'indeterminate',
      reason: 'power-loss',
      message: 'The program is gone and nothing tells how it ended. Look at the instrument and at what it made.',
      startedAt,
    }
  const { code, signal } = ending
  if (code === null)
    return { outcome: 'failed', reason: 'signal', message: `The program was ended by ${signal}.`, ...told }
  if (successCodes.includes(code)) return { outcome: 'succeeded', exitCode: code, ...told }
  const message = `The program ended with exit code ${code}. See the end of its output.`
  return { outcome: 'failed', reason: 'exit-code', message, exitCode: code, ...told }
}
