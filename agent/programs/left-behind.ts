import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { outputFile } from './ending.ts'

/** What is printed up to here is in the report of the end, whole. */
const wholeInReport = 4_096

/**
 * Files of a working directory whose names match one of the patterns, and the whole of what was printed where the report of the
 * end has but its last part: most programs print little, and a file of its own costs more than the run.
 */
export const leftIn = (directory: string, patterns: readonly string[]): string[] => {
  if (!existsSync(directory)) return []
  const names = readdirSync(directory).filter((name) => patterns.some((pattern) => matchesGlob(name, pattern)))
  const output = join(directory, outputFile)
  const long = existsSync(output) && statSync(output).size > wholeInReport
  return [...new Set([...(long ? [outputFile] : []), ...names])].map((name) => join(directory, name))
}
