import { type Problem, type ReadCsv, recordsOf } from '../common/table.ts'

export type Line = { readonly line: number }
/** What a file says of one order, as it says it. */
export type Given = Line & { readonly value: unknown }

const lists: ReadonlySet<string> = new Set(['tags'])
const numbers: ReadonlySet<string> = new Set(['priority', 'value', 'quality', 'durationMinutes'])
const structures: ReadonlySet<string> = new Set(['parameters', 'mode', 'constraints'])

const several = (text: string): string[] =>
  text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** `ast_… x2` two units of an asset, `grp_…` any one of a group, `duty juicer` whoever has it, anything else a capability. */
const requirementOf = (text: string): object => {
  const [, what = text, units] = /^(.*?)(?:\s+x(\d+))?$/.exec(text) ?? []
  const more = units === undefined ? {} : { units: Number(units) }
  const [, duty] = /^duty\s+(\S+)$/.exec(what) ?? []
  if (duty !== undefined) return { duty, ...more }
  if (what.startsWith('ast_')) return { assetId: what, ...more }
  return what.startsWith('grp_') ? { groupId: what, ...more } : { capability: what, ...more }
}

/** JSON, or an external reference alone. */
const followsOf = (text: string): unknown =>
  text.trim().startsWith('{') ? JSON.parse(text) : { externalReference: text.trim() }

const cellOf = (column: string, text: string): [string, unknown] => {
  if (column === 'requirements') return [column, several(text).map(requirementOf)]
  if (column === 'setup') return ['mode', { kind: 'PROTOCOL', setup: text.trim() }]
  if (column === 'follows') return [column, followsOf(text)]
  if (lists.has(column)) return [column, several(text)]
  if (structures.has(column)) return [column, JSON.parse(text)]
  // What is no number stays as it is written, for the message to tell.
  if (numbers.has(column)) return [column, /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text]
  return [column, text.trim()]
}

const fieldsOf = (record: Readonly<Record<string, string>>, line: number): Given & { problems: Problem[] } => {
  const problems: Problem[] = []
  const entries = Object.entries(record).flatMap(([column, text]) => {
    if (text.trim() === '') return []
    try {
      return [cellOf(column, text)]
    } catch {
      problems.push({ line, code: 'not-json', message: `${column} must be JSON`, path: `/${column}` })
      return []
    }
  })
  return { value: Object.fromEntries(entries), line, problems }
}

/** The orders of a table or a list, each with its line, and what could not be read. */
export const readRows = (
  { csv = '', orders }: { readonly csv?: string | undefined; readonly orders?: readonly unknown[] | undefined },
  readCsv: ReadCsv,
): { readonly given: readonly Given[]; readonly problems: readonly Problem[] } => {
  if (orders) return { given: orders.map((value, index) => ({ value, line: index + 1 })), problems: [] }
  const { records, problems } = recordsOf(csv, readCsv)
  const given = records.map(({ record, line }) => fieldsOf(record, line))
  return { given, problems: [...problems, ...given.flatMap((one) => one.problems)] }
}
