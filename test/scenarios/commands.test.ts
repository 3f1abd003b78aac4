/** The commands of the README as a person runs them. */
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory, until } from './bench.ts'
import { runCommand, startLaptop } from './laptop-process.ts'

let directory: ReturnType<typeof temporaryDirectory>
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

type Told = {
  ok: boolean
  runs: { outcome: string }[]
  cost: { perRunUsd: number; countedUsd: number; transitions: number; lambdaInvocations: number; iotMessages: number }
}

test('npm run demo tells its story, ends with one line of JSON and keeps to the price of a run', async () => {
  const { code, out } = await runCommand('local/demo.ts', [])
  const told = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Told
  expect(code).toBe(0)
  expect(told).toMatchObject({ ok: true })
  expect(told.runs.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'aborted'])
  expect(told.cost.transitions).toBeLessThanOrEqual(5)
  // Of the budget of $0.00016; the time of functions, about $0.000004 on a quiet machine, is no matter of a test.
  expect(told.cost.countedUsd).toBeLessThanOrEqual(0.000156)
  expect(told.cost.perRunUsd).toBeGreaterThan(told.cost.countedUsd)
  expect(told.cost.lambdaInvocations).toBeLessThanOrEqual(8)
})

describe('npm start', () => {
  test('seeds a laboratory, serves it, stops in order at Ctrl-C, and knows it again', async () => {
    const data = `${directory.path}/data`
    const first = await startLaptop(data, ['--port', '0'])
    const { out: token } = await runCommand('local/token.ts', ['--as', 'manager', '--data', data])
    const ask = async (url: string, path: string, init: RequestInit = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token.trim()}`, ...init.headers } })
    const found = await ask(first.url, '/v1/workspaces/ws_demo/schedules')
    expect(found.status).toBe(200)
    const { items } = (await found.json()) as { items: { id: string }[] }
    expect(items.length).toBeGreaterThan(0)
    const page = await fetch(first.url)
    expect(page.headers.get('content-type')).toContain('text/html')

    const agentOf = (): number | undefined => {
      const path = `${data}/agent/agent.pid`
      return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined
    }
    const pid = await until('the agent', agentOf)
    process.kill(pid, 'SIGKILL')
    await until('the next life of the agent', () => agentOf() !== pid)
    expect(first.printed()).toContain('The agent ended (SIGKILL)')

    const second = await runCommand('local/start.ts', ['--data', data, '--port', '0'])
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining('already') })

    expect(await first.signal('SIGINT')).toBe(0)
    await until('the end of its ports', async () => {
      try {
        await fetch(first.url)
        return false
      } catch {
        return true
      }
    })

    const again = await startLaptop(data, ['--port', '0'])
    const same = await ask(again.url, '/v1/workspaces/ws_demo/schedules')
    expect(((await same.json()) as { items: object[] }).items).toHaveLength(items.length)
    expect(await again.signal('SIGTERM')).toBe(0)

    const fresh = await startLaptop(data, ['--port', '0', '--fresh', '--no-seed'])
    const gone = await fetch(`${fresh.url}/v1/workspaces/ws_demo`, { headers: { authorization: `Bearer ${token}` } })
    expect(gone.status).toBe(401)
    expect(await fresh.signal('SIGTERM')).toBe(0)
  })

  test.for([
    { args: ['--port', 'http'], says: '--port must be a number' },
    { args: ['--bogus'], says: '--bogus' },
    { args: ['--port', '4190'], says: 'refuse to call' },
  ])('with $args says what is wrong', async ({ args, says }) => {
    const { code, err } = await runCommand('local/start.ts', ['--data', `${directory.path}/data`, ...args])
    expect(code).toBe(1)
    expect(err).toContain(says)
  })
})
