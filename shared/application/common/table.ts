import { type Reason, Refusal } from '#domain/errors.ts'

/** Reads a table into records, each with the line on which it begins. @throws Error where it is no table */
export type ReadCsv = (
  text: string,
) => readonly { readonly record: Readonly<Record<string, string>>; readonly line: number }[]

/** What is wrong with a file, by the line of it that a person looks at; JSON counts its items from 1. */
export type Problem = Reason & { readonly line: number }

/** The records of a table, or that it is none. */
export const recordsOf = (
  csv: string,
  readCsv: ReadCsv,
): { readonly records: ReturnType<ReadCsv>; readonly problems: readonly Problem[] } => {
  try {
    return { records: readCsv(csv), problems: [] }
  } catch (error) {
    const { message, lines = 1 } = error as { message: string; lines?: number }
    return { records: [], problems: [{ line: lines, code: 'not-a-table', message }] }
  }
}

/** Problems that are told of one file. */
const mostTold = 200

/** @throws Refusal `invalid` with every problem by its line, where there is one */
export const refuseProblems = (problems: readonly Problem[]): void => {
  const inOrder = problems.toSorted((a, b) => a.line - b.line)
  const [first] = inOrder
  if (!first) return
  throw new Refusal(
    'invalid',
    `Nothing was imported: ${problems.length} problem(s). The first is on line ${first.line}: ${first.message}.`,
    { reasons: inOrder.slice(0, mostTold).map(({ line, ...reason }) => ({ ...reason, facts: { line } })) },
  )
}

/** A problem as an answer tells it. */
export const toldProblem = ({ line, code, message, path }: Problem) => ({
  line,
  code,
  message,
  ...(path !== undefined && { path }),
})
