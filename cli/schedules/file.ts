import { LineCounter, parseDocument, stringify } from 'yaml'
import type { SentBodyOf } from '#contracts/http/routes.ts'

export type FileSchedules = SentBodyOf<'applySchedules'>['schedules']

/** What is wrong with a file, for the person who wrote it. */
export class BadFile extends Error {}

/**
 * The schedules in a text: YAML, of which JSON is a part. Their fields are checked by the API, which tells all that is wrong.
 * @throws BadFile with the line
 */
export const readFile = (text: string, name: string): FileSchedules => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new BadFile(`${name}:${line}:${col}: ${error.message.split('\n')[0]}`)
  }
  const content = document.toJS() as { schedules?: unknown } | undefined
  if (!Array.isArray(content?.schedules))
    throw new BadFile(`${name}: it must begin with "schedules:" and hold a list. Try export to see one.`)
  const nameless = content.schedules.findIndex(
    (schedule: unknown) => typeof (schedule as { externalName?: unknown } | null)?.externalName !== 'string',
  )
  if (nameless >= 0)
    throw new BadFile(`${name}: schedule ${nameless + 1} has no externalName, by which it would be known.`)
  return content.schedules as FileSchedules
}

/** The same as a text; what was read back is the same again. */
export const writeFile = (schedules: readonly unknown[], json: boolean): string =>
  json
    ? `${JSON.stringify({ schedules }, null, 2)}\n`
    : `# Schedules of Benchtime. Apply with: npm run -s schedules -- apply FILE\n${stringify({ schedules }, { lineWidth: 100 })}`
