import type { Client } from '#contracts/http/client.ts'
import type { AnswerOf } from '#contracts/http/routes.ts'
import { type FileSchedules, readFile, writeFile } from './file.ts'
import type { Options } from './options.ts'
import { isEmpty, isRefused, tell } from './report.ts'

/** The world of the command: files, the screen, and the person before it. */
export type Around = {
  readonly client: Client
  readonly read: (path: string) => string
  readonly write: (path: string, text: string) => void
  readonly print: (text: string) => void
  /** undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined
}

/** As many as one request takes. */
const chunk = 100

const exportAll = async ({ workspaceId, file, json }: Options, { client, write, print }: Around): Promise<number> => {
  const schedules: unknown[] = []
  let cursor: string | undefined
  do {
    const { body } = await client.call('exportSchedules', {
      params: { workspaceId },
      query: cursor === undefined ? {} : { cursor },
    })
    schedules.push(...body.schedules)
    cursor = body.next
  } while (cursor !== undefined)
  const text = writeFile(schedules, json)
  if (file === undefined) print(text.trimEnd())
  else {
    write(file, text)
    print(`${schedules.length} schedules written to ${file}.`)
  }
  return 0
}

const apply = async (
  { workspaceId, prune }: Options,
  schedules: FileSchedules,
  dryRun: boolean,
  { client }: Around,
): Promise<AnswerOf<'applySchedules'>['items']> => {
  const items: AnswerOf<'applySchedules'>['items'] = []
  for (let at = 0; at < Math.max(1, schedules.length); at += chunk) {
    const { body } = await client.call('applySchedules', {
      params: { workspaceId },
      body: {
        schedules: schedules.slice(at, at + chunk),
        dryRun,
        ...(prune !== undefined && { pruneUnder: prune }),
      },
    })
    items.push(...body.items)
  }
  return items
}

/** @returns the exit code: 0 done, 1 refused */
export const run = async (options: Options, around: Around): Promise<number> => {
  const { command, file = '', prune } = options
  const { print, ask } = around
  if (command === 'export') return exportAll(options, around)
  const schedules = readFile(around.read(file), file)
  if (prune !== undefined && schedules.length > chunk) {
    print(
      `--prune works for files of up to ${chunk} schedules, because all names must be told at once; this has ${schedules.length}.`,
    )
    return 1
  }
  // All of it is tried first, so that nothing is changed where anything is refused.
  const planned = await apply(options, schedules, true, around)
  for (const line of tell(planned)) print(line)
  if (isRefused(planned)) {
    print('Nothing was changed: mend what is refused (!) first.')
    return 1
  }
  if (command === 'diff' || isEmpty(planned)) return 0
  if (!options.yes) {
    if (!ask) {
      print('Nothing was changed: nobody is there to be asked. Say --yes.')
      return 1
    }
    if (!(await ask('Apply these changes? [y/N] '))) {
      print('Nothing was changed.')
      return 1
    }
  }
  const done = await apply(options, schedules, false, around)
  if (isRefused(done)) {
    for (const line of tell(done)) print(line)
    print('Some were refused meanwhile; apply again.')
    return 1
  }
  print('Done.')
  return 0
}
