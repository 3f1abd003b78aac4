import { Refusal } from '#domain/errors.ts'
import type { ReadCsv } from '../assets/transfer/import-assets.ts'

/** What is wrong with a table, by the line of it that a person looks at. */
export type TableProblem = { readonly line: number; readonly code: string; readonly message: string }

/** The rows of a table of people, or what is wrong with it as a table. @throws Refusal `limit_exceeded` */
export const rowsOf = (csv: string, most: number, columns: readonly string[], readCsv: ReadCsv) => {
  const problems: TableProblem[] = []
  let rows: ReturnType<ReadCsv> = []
  try {
    rows = readCsv(csv)
  } catch (error) {
    const { message, lines = 1 } = error as { message: string; lines?: number }
    problems.push({ line: lines, code: 'not-a-table', message })
  }
  if (rows.length > most)
    throw new Refusal('limit_exceeded', `A table has ${most} rows at most; this one has ${rows.length}. Split it.`)
  const unknown = Object.keys(rows[0]?.record ?? {}).filter((column) => !columns.includes(column))
  if (unknown.length > 0)
    problems.push({
      line: 1,
      code: 'unknown-column',
      message: `there is no column ${unknown.join(', ')}; the columns are ${columns.join(', ')}`,
    })
  return { rows, problems }
}

/** @throws Refusal `invalid` with every problem by its line, where there is one */
export const refuseProblems = (problems: readonly TableProblem[]): void => {
  const [first] = problems.toSorted((a, b) => a.line - b.line)
  if (!first) return
  throw new Refusal(
    'invalid',
    `Nothing was imported: ${problems.length} problem(s). The first is on line ${first.line}: ${first.message}.`,
    { reasons: problems.slice(0, 200).map(({ line, ...reason }) => ({ ...reason, facts: { line } })) },
  )
}
