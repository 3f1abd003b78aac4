import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hamiltonConfigSchema } from '#agent/drivers/hamilton/config.ts'
import { hamiltonDriver, planOf } from '#agent/drivers/hamilton/hamilton-driver.ts'
import { readTrace } from '#agent/drivers/hamilton/trace.ts'
import { processTree } from '#agent/programs/process-tree.ts'
import { running } from '#agent/programs/processes.ts'
import { command, quiet } from './commands.ts'
import { realClock, until } from './real-clock.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'benchtime-hamilton-'))
  for (const folder of ['methods/sub folder', 'bin']) mkdirSync(join(home, folder), { recursive: true })
  for (const name of ['HxRun.exe', 'hxrun.mjs'])
    copyFileSync(join(import.meta.dirname, 'fakes', name), join(home, 'bin', name))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const config = () =>
  hamiltonConfigSchema.parse({
    hxrun: join(home, 'bin', 'HxRun.exe'),
    arguments: ['{method}', '-t'],
    methodFolders: [join(home, 'methods')],
    aliases: { wash: 'sub folder/Daily wash.med' },
    traceFolder: join(home, 'LogFiles'),
  })
const driver = (processes: Parameters<typeof hamiltonDriver>[0]['processes'] = async () => []) =>
  hamiltonDriver({
    graceMs: 300,
    clock: realClock,
    tree: processTree(),
    workDir: join(home, 'work'),
    config: config(),
    processes,
  })

let n = 0
const order = (says: object) => {
  const path = `m${++n}`
  writeFileSync(join(home, 'methods', `${path}.med`), JSON.stringify(says))
  return command({ commandId: `cmd_hx-${n}`, driver: 'hamilton', path })
}

test('a trace of an earlier drive of the same method is not taken for that of this one', async () => {
  const of = order({ crash: true, traces: false })
  const old = join(home, 'LogFiles', `${of.path}_20200101.trc`)
  mkdirSync(join(home, 'LogFiles'), { recursive: true })
  writeFileSync(old, '2020-01-01 08:00:00> SYSTEM : End method - complete; \n')
  utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'))
  const hamilton = driver()
  await hamilton.start(of, quiet).done
  expect(hamilton.leftBehind?.(of) ?? []).not.toContain(old)
})

describe('what HxRun and its trace come to', () => {
  test.for([
    { says: { exit: 0, end: 'complete' }, outcome: 'succeeded' },
    { says: { exit: 0, end: 'error' }, outcome: 'failed', message: 'Not enough liquid at A1' },
    { says: { exit: 0, end: 'aborted' }, outcome: 'aborted', reason: 'stopped-at-instrument' },
    { says: { exit: 64, end: 'none' }, outcome: 'aborted', reason: 'stopped-at-instrument' },
    { says: { exit: 1, end: 'error' }, outcome: 'failed', message: 'exit code 1' },
    { says: { exit: 1, end: 'none' }, outcome: 'indeterminate', reason: 'hxrun-crashed' },
    { says: { crash: true }, outcome: 'indeterminate', reason: 'hxrun-crashed' },
  ])('$says is $outcome', async ({ says, outcome, reason, message }) => {
    const result = await driver().start(order(says), quiet).done
    expect(result).toMatchObject({ outcome, ...(reason && { reason }) })
    if (message) expect(result.message).toContain(message)
    if (outcome !== 'indeterminate') return
    // What a person has to look at, and how it can go on.
    expect(result.uncertain?.find(({ key }) => key === 'method.step')?.before).toContain('Aspirate')
    expect(result.options?.map(({ action }) => action)).toContain('abort')
  })

  test('a trace in another code page, cut off, or empty, is read as far as it can be', () => {
    for (const text of ['', '\u0000\ufffd\ufffd', '2026-11-20 09:00:00> SYSTEM : Start', 'garbage\n'.repeat(1000)])
      expect(readTrace('x', text, ['aborted']).end).toBeUndefined()
  })
})

describe('the method that a protocol names', () => {
  const planned = (path: string | undefined) =>
    planOf({ commandId: 'cmd_a', ...(path !== undefined && { path }) }, config(), join(home, 'work'))

  test('is found by its path, with or without its ending, by another name, and with spaces', () => {
    writeFileSync(join(home, 'methods', 'sub folder', 'Daily wash.med'), '{}')
    for (const path of ['sub folder/Daily wash.med', 'sub folder/Daily wash', 'wash']) {
      const plan = planned(path)
      if ('outcome' in plan) throw new Error(plan.message)
      expect(plan.args).toEqual([join(home, 'methods', 'sub folder', 'Daily wash.med'), '-t'])
    }
  })

  test.for(['missing', '../outside.med', '/etc/passwd', undefined])('is refused where it is %s', (path) => {
    writeFileSync(join(home, 'outside.med'), '{}')
    const plan = planned(path)
    expect(plan).toMatchObject({ outcome: 'refused', reason: 'bad-path' })
  })

  test('that is missing is told with every place that was looked at', () => {
    const { message = '' } = planned('missing') as { message?: string }
    for (const ending of ['', '.med', '.hsl']) expect(message).toContain(join(home, 'methods', `missing${ending}`))
    expect(message).toContain('wash')
  })
})

describe('an instrument that somebody else uses', () => {
  test('is seen, and nothing is started on it', async () => {
    const stranger = { pid: 4711, parent: 1, name: 'hxrun.EXE', startedMs: 0 }
    const busy = driver(async () => [stranger])
    expect(await busy.view?.()).toMatchObject({ state: 'busy', message: expect.stringContaining('4711') })
    expect(await busy.check?.(order({}))).toMatchObject({ outcome: 'refused', reason: 'instrument-busy' })
  })

  test('is told from what the agent itself runs', async () => {
    const ours = driver(running)
    const of = order({ hang: true })
    const drive = ours.start(of, quiet)
    const named = async () => (await running()).filter(({ name }) => name === 'HxRun.exe')
    await until('HxRun', async () => (await named()).length > 0)
    const { state, message = '' } = (await ours.view?.()) ?? {}
    // Other tests may run a method at the same time; this one is not meant.
    if (state === 'busy') for (const { pid, parent } of await named()) expect([message, pid, parent]).toBeDefined()
    else expect(state).toBe('idle')
    drive.abort('abort-requested')
    await drive.done
  })
})
