import { Refusal } from '#domain/errors.ts'
import { type Problem, type ReadCsv, recordsOf } from '../common/table.ts'

/** The rows of a table of people, or what is wrong with it as a table. @throws Refusal `limit_exceeded` */
export const rowsOf = (csv: string, most: number, columns: readonly string[], readCsv: ReadCsv) => {
  const { records: rows, problems: unread } = recordsOf(csv, readCsv)
  const problems: Problem[] = [...unread]
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
