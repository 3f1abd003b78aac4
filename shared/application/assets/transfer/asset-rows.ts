import type { Asset } from '#domain/assets/asset.ts'
import { type AssetRow, assetRowSchema } from '#domain/assets/asset-row.ts'
import type { Problem } from '../../common/table.ts'

/** The columns of a file, in their order. */
export const columns = Object.keys(assetRowSchema.shape) as (keyof AssetRow)[]
const lists: ReadonlySet<string> = new Set(['capabilities', 'tags'])
const structures: ReadonlySet<string> = new Set(['openingHours', 'bookingRules', 'changeovers', 'agility'])

export const rowOf = (asset: Asset): AssetRow =>
  Object.fromEntries(
    columns.flatMap((column) => (asset[column] === undefined ? [] : [[column, asset[column]]])),
  ) as AssetRow

/** A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
const quoted = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const cellOf = (column: string, value: unknown): string => {
  if (value === undefined) return ''
  if (lists.has(column)) return quoted((value as readonly string[]).join('; '))
  return quoted(structures.has(column) ? JSON.stringify(value) : String(value))
}

/** A table in the text of RFC 4180: lists with `;` between, structures as JSON. */
export const csvOf = (rows: readonly AssetRow[]): string =>
  `${[columns.join(','), ...rows.map((row) => columns.map((column) => cellOf(column, row[column])).join(','))].join('\r\n')}\r\n`

const fieldOf = (column: string, text: string): unknown => {
  const plain = text.startsWith("'") && /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text
  if (plain.trim() === '') return undefined
  if (lists.has(column))
    return plain
      .split(';')
      .map((one) => one.trim())
      .filter((one) => one !== '')
  if (structures.has(column)) return JSON.parse(plain)
  if (column === 'capacity') return /^\d+$/.test(plain.trim()) ? Number(plain) : plain
  return plain.trim()
}

/** The fields of a record of a table, or what is wrong with its cells. */
export const fieldsOf = (
  record: Readonly<Record<string, string>>,
  line: number,
): { value: unknown; problems: Problem[] } => {
  const problems: Problem[] = []
  const entries = Object.entries(record).flatMap(([column, text]) => {
    try {
      const value = fieldOf(column, text)
      return value === undefined ? [] : [[column, value] as const]
    } catch {
      problems.push({ line, code: 'not-json', message: `${column} must be JSON`, path: `/${column}` })
      return []
    }
  })
  return { value: Object.fromEntries(entries), problems }
}

/** Checks rows one by one; every problem of every line at once. */
export const checkRows = (
  given: readonly { readonly value: unknown; readonly line: number }[],
): {
  readonly rows: readonly { readonly row: AssetRow; readonly line: number }[]
  readonly problems: readonly Problem[]
} => {
  const problems: Problem[] = []
  const rows = given.flatMap(({ value, line }) => {
    const parsed = assetRowSchema.safeParse(value)
    if (parsed.success) return [{ row: parsed.data, line }]
    for (const { path, message, code } of parsed.error.issues)
      problems.push({ line, code, message: `${path.join('.') || 'row'}: ${message}`, path: `/${path.join('/')}` })
    return []
  })
  return { rows, problems }
}
