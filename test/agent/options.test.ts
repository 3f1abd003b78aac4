import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WrongOptions } from '#agent/config.ts'
import { type Options, readOptions } from '#agent/options.ts'

const agent = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '..', '..', 'agent', 'main.ts'), ...args], {
    encoding: 'utf8',
  })

test('--help tells every option and ends well', () => {
  const { status, stdout } = agent('--help')
  expect(status).toBe(0)
  for (const option of ['--thing', '--broker', '--root', '--data', '--cert']) expect(stdout).toContain(option)
})

test.for([
  { args: [], says: '--thing' },
  { args: ['--thing', 'ws_a:agt_b'], says: '--broker' },
  { args: ['--thing', 'nonsense', '--broker', 'mqtt://127.0.0.1:1'], says: 'nonsense' },
  { args: ['--thing', 'ws_a:agt_b', '--broker', 'http://x'], says: 'http://x' },
  { args: ['--thing', 'ws_a:agt_b', '--broker', 'mqtt://127.0.0.1:1', '--poll', 'soon'], says: '--poll' },
  { args: ['--bogus'], says: '--bogus' },
])('with $args it says what is wrong, in few words, and drives nothing', ({ args, says }) => {
  const { status, stderr } = agent(...args)
  expect(status).toBe(2)
  expect(stderr).toContain(says)
  expect(stderr.trim().split('\n').length).toBeLessThan(8)
})

describe('configuration', () => {
  let home: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'benchtime-options-'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))
  const file = (text: string): string => {
    const path = join(home, 'agent.yaml')
    writeFileSync(path, text)
    return path
  }
  const optionsOf = (args: string[], env: NodeJS.ProcessEnv = {}): Options => {
    const asked = readOptions(args, env)
    if (asked.command !== 'run') throw new Error('something else was asked for')
    return asked.options
  }
  const least = 'thing: ws_a:agt_file\nbroker: mqtt://127.0.0.1:1\n'

  test('options win over the environment, the environment over the file', () => {
    const config = file(`${least}maxConcurrent: 1\npollSeconds: 2\ngraceSeconds: 3\n`)
    const env = {
      BENCHTIME_AGENT_CONFIG: config,
      BENCHTIME_AGENT_POLL_SECONDS: '20',
      BENCHTIME_AGENT_GRACE_SECONDS: '30',
    }
    const options = optionsOf(['--grace', '300'], env)
    expect([options.maxConcurrent, options.pollEveryMs, options.graceMs]).toEqual([1, 20_000, 300_000])
    expect(options.broker.thing).toBe('ws_a:agt_file')
  })

  test('what a file names lies beside it, wherever the agent is started', () => {
    writeFileSync(join(home, 'secret'), 'hidden\n')
    const options = optionsOf([
      '--config',
      file(`${least}passwordFile: secret\ndata: d\nroots: [programs, /opt/lab]\n`),
    ])
    expect(options.broker.password).toBe('hidden')
    expect(options.dataDir).toBe(join(home, 'd'))
    expect(options.roots).toEqual([join(home, 'programs'), '/opt/lab'])
  })

  test('the sample is a configuration, once its credentials are there', () => {
    for (const name of ['certificate.pem', 'private-key.pem', 'AmazonRootCA1.pem']) writeFileSync(join(home, name), 'x')
    const sample = readFileSync(join(import.meta.dirname, '..', '..', 'agent', 'agent.sample.yaml'), 'utf8')
    const options = optionsOf(['--config', file(sample)])
    expect(options.instruments.map(({ driver }) => driver)).toEqual(['process', 'hamilton'])
    expect(options.broker.tls).toEqual({ cert: 'x', key: 'x', ca: 'x' })
  })

  test.for<[string, string, NodeJS.ProcessEnv, string[]]>([
    ['a name that it does not know', `${least}thingy: 1\n`, {}, ['thingy']],
    ['everything that is wrong, at once', 'thing: x\nbroker: http://y\n', {}, ['--thing', '--broker', 'http://y']],
    ['a certificate without its key', `${least}cert: certificate.pem\n`, {}, ['"key"']],
    ['a file that is none', `${least}passwordFile: nowhere\n`, {}, ['passwordFile', 'nowhere']],
    ['what is not YAML', 'thing: [', {}, ['neither YAML nor JSON']],
    ['what is a list', '- thing', {}, ['names and values']],
    ['an environment that is not JSON', least, { BENCHTIME_AGENT_ROOTS: '/opt' }, ['BENCHTIME_AGENT_ROOTS', 'JSON']],
    ['a driver that there is not', `${least}instruments: [{driver: magic}]\n`, {}, ['instruments.0.driver']],
    [
      'an instrument without its settings',
      `${least}instruments: [{driver: hamilton}]\n`,
      {},
      ['instruments.0.settings'],
    ],
  ])('tells of %s', ([, text, env, says]) => {
    const config = file(text)
    expect(() => optionsOf(['--config', config], env)).toThrow(WrongOptions)
    for (const part of says) expect(() => optionsOf(['--config', config], env)).toThrow(part)
  })

  test('a file that is not there is told by its name', () => {
    expect(() => optionsOf(['--config', '/nowhere/agent.yaml'])).toThrow('/nowhere/agent.yaml')
  })
})
