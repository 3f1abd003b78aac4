import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

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
