/** Files that drives leave behind reach the cloud, whatever is lost on the way; the drive itself never waits for them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AgentClock } from '#agent/core/ports.ts'
import { createUploads, type FilePort, type LeftFile } from '#agent/core/uploads.ts'
import { leftFiles } from '#agent/io/left-files.ts'
import { leftIn } from '#agent/programs/left-behind.ts'
import type { Downlink, Report } from '#contracts/agents/messages.ts'
import { command } from './commands.ts'

type Ack = Extract<Downlink, { type: 'ack' }>
const turn = () => new Promise((resolve) => setImmediate(resolve))
const file = (name: string): LeftFile => ({
  runId: 'run_a',
  commandId: 'cmd_a',
  name,
  path: `/left/${name}`,
  bytes: 3,
  sha256: 'a'.repeat(64),
})

/** An agent's uploads beside a cloud that answers as the test says, on a clock that the test turns. */
const bench = (names: string[], answer: (report: Report) => Partial<Ack> | undefined) => {
  let pending = names.map(file)
  const [said, put, warnings]: [Report[], string[], string[]] = [[], [], []]
  const timers = new Set<{ atMs: number; call: () => void }>()
  let nowMs = 0
  let broken = 0
  const clock: AgentClock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after: (ms, call) => {
      const timer = { atMs: nowMs + ms, call }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const files: FilePort = {
    pending: async () => pending,
    put: async (_url, _headers, { name }) => {
      if (broken-- > 0) throw new Error('The line broke.')
      put.push(name)
    },
    settle: async ({ name }) => {
      pending = pending.filter((other) => other.name !== name)
    },
  }
  let n = 0
  const uploads = createUploads({
    files,
    clock,
    session: 'session-1',
    messageId: () => `msg_${++n}`,
    log: (_level, message, facts) => warnings.push(`${message} ${String(facts?.error ?? facts?.why ?? '')}`),
    transport: {
      poll: () => undefined,
      report: (report) => {
        said.push(report)
        const ack = answer(report)
        if (ack) setImmediate(() => uploads.acknowledge({ type: 'ack', messageId: report.messageId, ...ack }))
      },
    },
  })
  return {
    uploads,
    said,
    put,
    warnings,
    left: () => pending.map(({ name }) => name),
    breaks: (times: number) => (broken = times),
    waiting: () => timers.size,
    pass: async (ms: number) => {
      nowMs += ms
      for (const timer of [...timers])
        if (timer.atMs <= nowMs) {
          timers.delete(timer)
          timer.call()
        }
      for (let i = 0; i < 20; i++) await turn()
    },
  }
}
const takes = ({ type }: Report): Partial<Ack> =>
  type === 'upload' ? { upload: { url: 'http://x', headers: {} } } : {}

describe('uploads', () => {
  test('one after the other: offered, sent, told of, and not sent again', async () => {
    const at = bench(['a.csv', 'b.csv'], takes)
    at.uploads.look()
    await at.pass(0)
    expect(at.said.map(({ type }) => type)).toEqual(['upload', 'uploaded', 'upload', 'uploaded'])
    expect([at.put, at.left(), at.waiting()]).toEqual([['a.csv', 'b.csv'], [], 0])
    at.uploads.look()
    await at.pass(0)
    expect(at.said.length).toBe(4)
  })

  test('what is lost is said again, as the same message', async () => {
    let lost = 0
    const at = bench(['a.csv'], (report) => (lost++ < 2 ? undefined : takes(report)))
    at.uploads.look()
    for (let i = 0; i < 3; i++) await at.pass(15_000)
    const [first, ...more] = at.said.filter(({ type }) => type === 'upload')
    expect(more.map(({ messageId }) => messageId)).toEqual([first?.messageId, first?.messageId])
    expect(at.left()).toEqual([])
  })

  test('a file that the cloud does not take is let go of, with its words, and the next is sent', async () => {
    const at = bench(['a.csv', 'b.csv'], (report) =>
      report.type === 'upload' && report.name === 'a.csv'
        ? { rejected: 'A run keeps 50 files at most.' }
        : takes(report),
    )
    at.uploads.look()
    await at.pass(0)
    expect([at.put, at.left()]).toEqual([['b.csv'], []])
    expect(at.warnings.join()).toContain('50 files')
  })

  test('a line that breaks loses nothing: it is sent when the agent looks again', async () => {
    const at = bench(['a.csv', 'b.csv'], takes)
    at.breaks(1)
    at.uploads.look()
    await at.pass(0)
    expect([at.put, at.left()]).toEqual([['b.csv'], ['a.csv']])
    at.uploads.look()
    await at.pass(0)
    expect(at.left()).toEqual([])
  })

  test('a cloud that never answers is not asked for ever, and nothing is let go of', async () => {
    const at = bench(['a.csv'], () => undefined)
    at.uploads.look()
    for (let i = 0; i < 40; i++) await at.pass(15_000)
    expect(at.said.length).toBe(20)
    expect([at.left(), at.waiting()]).toEqual([['a.csv'], 0])
  })

  test('an agent that ends leaves no timer behind', async () => {
    const at = bench(['a.csv'], () => undefined)
    at.uploads.look()
    await at.pass(0)
    at.uploads.stop()
    expect(at.waiting()).toBe(0)
  })
})

describe('files on the disk', () => {
  let home: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'benchtime-left-'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  const working = (id: `cmd_${string}`): string => {
    const directory = join(home, id)
    mkdirSync(directory, { recursive: true })
    return directory
  }

  test('patterns name files of the working directory alone; short output has its place in the report', () => {
    const directory = working('cmd_patterns')
    for (const name of ['a.csv', 'b.txt', 'secret.key']) writeFileSync(join(directory, name), 'x')
    writeFileSync(join(home, 'outside.csv'), 'x')
    writeFileSync(join(directory, 'output.log'), 'short')
    const names = (patterns: string[]) => leftIn(directory, patterns).map((path) => path.slice(directory.length + 1))
    expect(names(['*.csv', '../*.csv', '/etc/*'])).toEqual(['a.csv'])
    expect(names([])).toEqual([])
    writeFileSync(join(directory, 'output.log'), 'x'.repeat(5_000))
    expect(names(['*.txt'])).toEqual(['output.log', 'b.txt'])
    expect(leftIn(join(home, 'nowhere'), ['*'])).toEqual([])
  })

  test('another life of the agent finds what was not sent; what is settled, gone or empty is not asked for', async () => {
    const directory = working('cmd_a')
    const paths = ['a.csv', 'b.csv', 'empty.csv', 'gone.csv', 'bad\nname.csv'].map((name) => join(directory, name))
    for (const path of paths) writeFileSync(path, path.endsWith('empty.csv') ? '' : 'well,value\n')
    rmSync(join(directory, 'gone.csv'))
    leftFiles(home).note(command({ commandId: 'cmd_a' }), paths)
    const next = leftFiles(home)
    const [first, ...more] = await next.pending()
    expect([first?.name, first?.bytes, more.map(({ name }) => name)]).toEqual(['a.csv', 11, ['b.csv']])
    if (first) await next.settle(first)
    expect((await leftFiles(home).pending()).map(({ name }) => name)).toEqual(['b.csv'])
    for (const left of more) await next.settle(left)
    expect(await leftFiles(home).pending()).toEqual([])
  })

  test('is sent with the length that was offered', async () => {
    const heard: { length: string | undefined; body: string }[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      heard.push({ length: request.headers['content-length'], body })
      response.statusCode = body.length > 5 ? 200 : 403
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const path = join(working('cmd_put'), 'a.csv')
    writeFileSync(path, 'well,value\n')
    const { put } = leftFiles(home)
    const headers = { 'content-length': '11', 'content-type': 'application/octet-stream' }
    await put(url, headers, { ...file('a.csv'), path })
    expect(heard).toEqual([{ length: '11', body: readFileSync(path, 'utf8') }])
    writeFileSync(path, 'no')
    await expect(put(url, headers, { ...file('a.csv'), path })).rejects.toThrow('403')
    server.close()
  })
})
