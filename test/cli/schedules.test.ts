import type { Context } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { readFile, writeFile } from '#cli/schedules/file.ts'
import { readOptions, WrongOptions } from '#cli/schedules/options.ts'
import { run } from '#cli/schedules/run.ts'
import { createClient } from '#contracts/http/client.ts'
import { answerAll } from '../api/all-functions.ts'
import { eventOf } from '../api/call.ts'
import { furnish } from '../api/furnished.ts'

const desk = async () => {
  const { lab, things } = await furnish()
  const api = answerAll(lab.world)
  const client = createClient({
    baseUrl: 'http://lab',
    fetch: async (url, { method, headers, body }) => {
      const { pathname, searchParams } = new URL(url)
      const query = Object.fromEntries(searchParams)
      const sent = { method, path: pathname, as: 'admin', headers, body, ...(searchParams.size > 0 && { query }) }
      const { statusCode = 500, headers: given = {}, body: text = '' } = await api(eventOf(sent), {} as Context)
      return { status: statusCode, headers: { get: (name) => String(given[name] ?? '') }, text: async () => text }
    },
  })
  const files = new Map<string, string>()
  let printed: string[] = []
  const command = async (line: string, answer?: boolean) => {
    printed = []
    const options = readOptions(line.split(' '), { BENCHTIME_TOKEN: 't', BENCHTIME_WORKSPACE: things.workspaceId })
    if (options === 'help') throw new Error('help')
    const code = await run(options, {
      client,
      read: (path) => files.get(path) ?? '',
      write: (path, text) => void files.set(path, text),
      print: (text) => void printed.push(text),
      ask: answer === undefined ? undefined : async () => answer,
    })
    return { code, text: printed.join('\n') }
  }
  return { command, files, things }
}

const file = (protocolId: string, at = '09:00') => `schedules:
  - externalName: plates/morning
    name: Plates, every morning
    protocolId: ${protocolId}
    rule: { kind: cron, expression: "daily at ${at}" }
    timeZone: Europe/Berlin
  - externalName: plates/weekly
    name: Plates, weekly
    protocolId: ${protocolId}
    rule:
      kind: calendar
      rrule: FREQ=MONTHLY;BYDAY=-1FR
      times: ["17:30"]
`

describe('schedules as a file', () => {
  test('are shown, asked for, applied, and then are as the file says', async () => {
    const { command, files, things } = await desk()
    files.set('lab.yaml', file(things.protocolId ?? ''))
    const diff = await command('diff lab.yaml')
    expect(diff.text).toContain('+ plates/morning (create)')
    expect(diff.code).toBe(0)
    expect(await command('apply lab.yaml', false)).toMatchObject({
      code: 1,
      text: expect.stringContaining('Nothing was changed.'),
    })
    expect(await command('apply lab.yaml', true)).toMatchObject({ code: 0, text: expect.stringContaining('Done.') })
    expect((await command('apply lab.yaml', true)).text).toBe('  2 unchanged')
    files.set('lab.yaml', file(things.protocolId ?? '', '10:00'))
    expect((await command('diff lab.yaml')).text).toContain(
      '"0 9 * * ? *"} → {"kind":"cron","expression":"0 10 * * ? *"}',
    )
  })

  test.each(['all.yaml', 'all.json'])('exported to %s and applied again change nothing', async (name) => {
    const { command, files, things } = await desk()
    files.set('lab.yaml', file(things.protocolId ?? ''))
    await command('apply lab.yaml --yes')
    expect((await command(`export ${name}`)).text).toBe(`3 schedules written to ${name}.`)
    // The one that was made without a name has its id for one now.
    expect((await command(`apply ${name} --yes`)).code).toBe(0)
    expect((await command(`diff ${name}`)).text).toBe('  3 unchanged')
  })

  test('with one that is refused change nothing, and it is said what is wrong', async () => {
    const { command, files, things } = await desk()
    files.set('lab.yaml', file(things.protocolId ?? '', '25:00'))
    const { code, text } = await command('apply lab.yaml --yes')
    expect(code).toBe(1)
    expect(text).toContain('! plates/morning (refused)')
    expect(text).toContain('"25:00" is no time of day')
    expect((await command('export')).text).not.toContain('plates/')
  })

  test('do not change anything where nobody can be asked', async () => {
    const { command, files, things } = await desk()
    files.set('lab.yaml', file(things.protocolId ?? ''))
    expect(await command('apply lab.yaml')).toMatchObject({ code: 1, text: expect.stringContaining('--yes') })
  })

  test('that are gone from the file are archived where it is said', async () => {
    const { command, files, things } = await desk()
    files.set('lab.yaml', file(things.protocolId ?? ''))
    await command('apply lab.yaml --yes')
    files.set('lab.yaml', 'schedules: []')
    expect((await command('diff lab.yaml --prune plates/')).text).toContain('- plates/weekly (archive)')
    expect((await command('diff lab.yaml')).text).toBe('  0 unchanged')
  })

  test.each([
    ['schedules:\n  - name: [', 'a.yaml:2:'],
    ['schedules:\n  - externalName: a\n    externalName: b', 'a.yaml:3:'],
    ['- name: x', 'begin with "schedules:"'],
    ['schedules:\n  - name: x', 'no externalName'],
    ['', 'begin with "schedules:"'],
  ])('%j is told with its place', (text, words) => {
    expect(() => readFile(text, 'a.yaml')).toThrow(words)
  })

  test('are read as they were written', () => {
    const schedules = [
      { externalName: 'a', name: 'Ümläut: "x"', tags: ['1', 'true'], rule: { kind: 'at', at: '2027-01-01T00:00:00Z' } },
    ]
    for (const json of [true, false]) expect(readFile(writeFile(schedules, json), 'f')).toEqual(schedules)
  })

  test.each([['dance'], ['diff'], ['export --colour'], ['apply a b']])('the options "%s" are wrong', (line) => {
    const env = { BENCHTIME_TOKEN: 't', BENCHTIME_WORKSPACE: 'ws_a' }
    expect(() => readOptions(line.split(' '), env)).toThrow(WrongOptions)
  })

  test('a token and a workspace are asked for', () => {
    expect(() => readOptions(['export'], { BENCHTIME_TOKEN: 't' })).toThrow('workspace')
    expect(() => readOptions(['export'], { BENCHTIME_WORKSPACE: 'ws_a' })).toThrow('token')
  })
})
