import { parse } from 'csv-parse/sync'
import type { ReadCsv } from '#application/common/table.ts'

/** Tables as RFC 4180 has them; the first line names the columns, in any order. */
export const readCsv: ReadCsv = (text) => {
  const read = parse(text, {
    bom: true,
    columns: (header: string[]) => {
      const names = header.map((name) => name.trim())
      const twice = names.find((name, index) => name !== '' && names.indexOf(name) < index)
      if (twice !== undefined) throw new Error(`the column "${twice}" stands there twice`)
      return names
    },
    info: true,
    skip_empty_lines: true,
    relax_column_count: false,
  }) as unknown as { record: Record<string, string>; info: { lines: number } }[]
  return read.map(({ record, info }) => ({ record, line: info.lines }))
}
