import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AgentClock, Driver } from '#agent/core/ports.ts'
import { processDriver } from '#agent/drivers/process/process-driver.ts'
import { processTree } from '#agent/programs/process-tree.ts'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import { command, quiet } from './commands.ts'
import { until } from './real-clock.ts'

const clock: AgentClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

let home: string
let root: string
let driver: Driver

const newDriver = (): Driver =>
  processDriver({ roots: [root], workDir: join(home, 'work'), graceMs: 300, clock, tree: processTree() })

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'benchtime-driver-'))
  root = join(home, 'methods')
  mkdirSync(root)
  driver = newDriver()
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A program of the laboratory, written in JavaScript. */
const program = (name: string, source: string): void => writeFileSync(join(root, name), source)
const onNode = (path: string, more: Partial<GrantedCommand> = {}, payload: object = {}): GrantedCommand =>
  command({ path, payload: { runtime: 'node', ...payload } as never, ...more })

const driven = async (order: GrantedCommand): Promise<CommandResult> => {
  const refused = await driver.check?.(order)
  return refused ?? driver.start(order, quiet).done
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A zombie that nobody has collected yet moves nothing.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('how a program ended', () => {
  test.for([
    { code: 0, payload: {}, outcome: 'succeeded' },
    { code: 3, payload: {}, outcome: 'failed' },
    { code: 3, payload: { successCodes: [0, 3] }, outcome: 'succeeded' },
    { code: 0, payload: { successCodes: [3] }, outcome: 'failed' },
  ])('exit code $code with $payload is $outcome', async ({ code, payload, outcome }) => {
    program('end.mjs', `process.exit(${code})`)
    expect(await driven(onNode('end.mjs', {}, payload))).toMatchObject({ outcome, exitCode: code })
  })

  test('by a signal is a failure that names it', async () => {
    program('crash.mjs', `process.kill(process.pid, 'SIGKILL')`)
    const result = await driven(onNode('crash.mjs'))
    expect(result).toMatchObject({ outcome: 'failed', reason: 'signal' })
    expect(result.message).toContain('SIGKILL')
  })

  test('the last 4 KB that it printed are kept, even cut in the middle of a character', async () => {
    program('talk.mjs', `process.stdout.write('start ' + '☂'.repeat(5000) + ' end'); process.stderr.write('')`)
    const { outputTail = '' } = await driven(onNode('talk.mjs'))
    expect(outputTail).toMatch(/☂ end$/)
    expect(outputTail).not.toContain('start')
    expect(Buffer.byteLength(outputTail.replace(/^\uFFFD+/, ''))).toBeLessThanOrEqual(4_096)
  })

  test('a program that cannot be started is refused, because nothing moved', async () => {
    writeFileSync(join(root, 'broken'), '#!/no/such/interpreter\n')
    chmodSync(join(root, 'broken'), 0o755)
    expect(await driven(command({ path: 'broken' }))).toMatchObject({ outcome: 'refused', reason: 'bad-path' })
  })
})

describe('stopping', () => {
  test('reaches everything that the program started, even what ignores the request', async () => {
    program(
      'parent.mjs',
      `import { spawn } from 'node:child_process'
       import { writeFileSync } from 'node:fs'
       const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' })
       process.on('SIGTERM', () => {})
       writeFileSync('pids', process.pid + ' ' + child.pid)
       setInterval(() => {}, 1000)`,
    )
    const order = onNode('parent.mjs')
    const drive = driver.start(order, quiet)
    const pids = join(home, 'work', order.commandId, 'pids')
    await until('the start', () => existsSync(pids) && readFileSync(pids, 'utf8').includes(' '))
    const [parent = 0, child = 0] = readFileSync(pids, 'utf8').split(' ').map(Number)
    drive.abort('abort-requested')
    drive.abort('time-limit')
    expect(await drive.done).toMatchObject({ outcome: 'aborted', reason: 'abort-requested' })
    expect([isAlive(parent), isAlive(child)]).toEqual([false, false])
  })

  test('a program that cleans up is given its time', async () => {
    program(
      'polite.mjs',
      `process.on('SIGTERM', () => { console.log('lid closed'); process.exit(0) })
       console.log('ready'); setInterval(() => {}, 1000)`,
    )
    const order = onNode('polite.mjs')
    const drive = driver.start(order, quiet)
    await until('the keeper', () => existsSync(join(home, 'work', order.commandId, 'process.json')))
    // The program is asked to stop as soon as it can hear it.
    const { pid } = JSON.parse(readFileSync(join(home, 'work', order.commandId, 'process.json'), 'utf8')) as {
      pid: number
    }
    await until('the program', () => childrenOf(pid).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 150))
    drive.abort('abort-requested')
    const result = await drive.done
    expect(result).toMatchObject({ outcome: 'aborted' })
  })
})

const childrenOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')

describe('what may be run', () => {
  test.for([
    '../outside.mjs',
    '../../etc/passwd',
    '/etc/passwd',
    '/bin/sh',
    'link.mjs',
    'linked/outside.mjs',
    '.',
    'folder',
    'missing.mjs',
    'nul\0.mjs',
  ])('not %j', async (path) => {
    writeFileSync(join(home, 'outside.mjs'), 'throw new Error("driven")')
    symlinkSync(join(home, 'outside.mjs'), join(root, 'link.mjs'))
    symlinkSync(home, join(root, 'linked'))
    mkdirSync(join(root, 'folder'))
    expect(await driven(onNode(path))).toMatchObject({ outcome: 'refused', reason: 'bad-path' })
    expect(existsSync(join(home, 'work'))).toBe(false)
  })

  test('nothing where the agent has no roots, or where the file may not be executed', async () => {
    program('plain', '#!/bin/sh\n')
    expect(await driven(command({ path: 'plain' }))).toMatchObject({ outcome: 'refused' })
    driver = processDriver({ roots: [], workDir: join(home, 'work'), graceMs: 300, clock, tree: processTree() })
    expect((await driven(onNode('plain'))).message).toContain('--root')
  })

  test('a link that stays inside, and a file whose name begins with two dots', async () => {
    program('..fine.mjs', '')
    symlinkSync(join(root, '..fine.mjs'), join(root, 'inside.mjs'))
    for (const path of ['inside.mjs', '..fine.mjs'])
      expect(await driven(onNode(path, { commandId: `cmd_${path.length}` }))).toMatchObject({ outcome: 'succeeded' })
  })
})

describe('what a program is given', () => {
  test('arguments as they are, through no shell', async () => {
    program(
      'echo.mjs',
      `import { writeFileSync } from 'node:fs'; writeFileSync('args.json', JSON.stringify(process.argv.slice(2)))`,
    )
    const values = fc.string({ maxLength: 40 }).filter((text) => !text.includes('\0'))
    let n = 0
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const given = value.toWellFormed()
        const commandId = `cmd_arg-${n++}` as const
        const order = onNode(
          'echo.mjs',
          { commandId, parameters: { value: given } },
          { args: ['{value}', '--x={value}'] },
        )
        expect(await driven(order)).toMatchObject({ outcome: 'succeeded' })
        const seen = JSON.parse(readFileSync(join(home, 'work', commandId, 'args.json'), 'utf8')) as string[]
        expect(seen).toEqual([given, `--x=${given}`])
      }),
      { numRuns: 6, examples: [['$(touch /tmp/pwned); `id` && rm -rf "*" \' {value}']] },
    )
  })

  test('not without a parameter that an argument names', async () => {
    program('echo.mjs', '')
    const result = await driven(onNode('echo.mjs', {}, { args: ['{volume}'] }))
    expect(result).toMatchObject({ outcome: 'refused', reason: 'bad-parameters' })
    expect(result.message).toContain('volume')
  })

  test('its parameters as a file, and nothing of the agent’s own environment', async () => {
    program(
      'env.mjs',
      `import { writeFileSync } from 'node:fs'; writeFileSync('env.json', JSON.stringify(process.env))`,
    )
    process.env.AGENT_SECRET = 'x'
    try {
      await driven(onNode('env.mjs', { parameters: { volume: 5 } }))
    } finally {
      delete process.env.AGENT_SECRET
    }
    const at = join(home, 'work', 'cmd_a')
    const env = JSON.parse(readFileSync(join(at, 'env.json'), 'utf8')) as Record<string, string>
    expect(Object.keys(env).filter((name) => !/^(PATH|HOME|LANG|BENCHTIME_.*|__CF.*)$/.test(name))).toEqual([])
    expect(env.BENCHTIME_COMMAND_ID).toBe('cmd_a')
    expect(JSON.parse(readFileSync(join(at, 'parameters.json'), 'utf8'))).toEqual({ volume: 5 })
  })
})

describe('after the agent died', () => {
  test('a program that ended meanwhile is known by how it ended', async () => {
    program('end.mjs', `console.log('done'); process.exit(4)`)
    await driven(onNode('end.mjs'))
    expect(await newDriver().inspect?.('cmd_a', undefined, quiet)).toMatchObject({
      known: 'ended',
      result: { outcome: 'failed', exitCode: 4, outputTail: 'done\n' },
    })
  })

  test('a program that goes on is followed to its end', async () => {
    program(
      'long.mjs',
      `import { existsSync } from 'node:fs'
       const look = setInterval(() => { if (existsSync('release')) { clearInterval(look); console.log('released') } }, 10)`,
    )
    const order = onNode('long.mjs')
    driver.start(order, quiet)
    const at = join(home, 'work', order.commandId)
    await until('the start', () => existsSync(join(at, 'process.json')))
    const found = await newDriver().inspect?.(order.commandId, order, quiet)
    if (found?.known !== 'running') throw new Error(`It is ${found?.known}.`)
    writeFileSync(join(at, 'release'), '')
    expect(await found.drive.done).toMatchObject({ outcome: 'succeeded', outputTail: 'released\n' })
  })

  test('a program that was killed together with its keeper is indeterminate', async () => {
    program('long.mjs', 'setInterval(() => {}, 1000)')
    const order = onNode('long.mjs')
    const drive = driver.start(order, quiet)
    const path = join(home, 'work', order.commandId, 'process.json')
    await until('the start', () => existsSync(path))
    const { pid } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number }
    process.kill(-pid, 'SIGKILL')
    expect(await drive.done).toMatchObject({ outcome: 'indeterminate' })
    expect(await newDriver().inspect?.(order.commandId, order, quiet)).toEqual({ known: 'nothing' })
  })

  test('a process of an earlier boot under the same number is not taken for it', async () => {
    const at = join(home, 'work', 'cmd_a')
    mkdirSync(at, { recursive: true })
    const trace = { pid: process.pid, startedAt: '', successCodes: [0], boot: 'another boot' }
    writeFileSync(join(at, 'process.json'), JSON.stringify(trace))
    expect(await driver.inspect?.('cmd_a', undefined, quiet)).toEqual({ known: 'nothing' })
  })

  test('of a command that it never saw it knows nothing', async () => {
    expect(await driver.inspect?.('cmd_never', undefined, quiet)).toEqual({ known: 'nothing' })
  })
})
