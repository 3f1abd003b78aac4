import { existsSync, globSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { outputFile } from './ending.ts'

/** What is printed up to here is in the report of the end, whole. */
const wholeInReport = 4_096

/**
 * Files of a working directory whose names match one of the patterns, and the whole of what was printed where the report of the
 * end has but its last part: most programs print little, and a file of its own costs more than the run.
 */
export const leftIn = (directory: string, patterns: readonly string[]): string[] => {
  if (!existsSync(directory)) return []
  // Those of the directory itself, wherever a pattern leads.
  const matching = new Set(globSync([...patterns], { cwd: directory }))
  const names = readdirSync(directory).filter((name) => matching.has(name))
  const output = join(directory, outputFile)
  const long = existsSync(output) && statSync(output).size > wholeInReport
  return [...new Set([...(long ? [outputFile] : []), ...names])].map((name) => join(directory, name))
}
