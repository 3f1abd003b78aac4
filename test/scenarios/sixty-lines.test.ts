/** The protocol is a document: an agent in sixty lines of shell polls, claims, reports and finishes runs. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { laptop } from './laptop.ts'

const installed = spawnSync('mosquitto_rr', ['--help']).error === undefined
if (!installed) console.log('SKIPPED: mosquitto_rr is not here; install the Debian package mosquitto-clients.')
const script = join(import.meta.dirname, 'programs', 'sixty-lines.sh')
const { laboratory, bench } = laptop()

test('is short', () => {
  const lines = readFileSync(script, 'utf8').split('\n')
  expect(lines.filter((line) => !/^\s*(#.*)?$/.test(line)).length).toBeLessThanOrEqual(60)
})

test.skipIf(!installed)('drives two runs, once each', async () => {
  const at = await bench()
  const home = mkdtempSync(join(tmpdir(), 'benchtime-shell-'))
  const { hostname, port } = new URL(laboratory().mqttUrl)
  const password = laboratory().passwordFor(at.agent.thing)
  const child = spawn(script, [hostname, port, 'dev', at.agent.thing, password, home], {
    stdio: 'ignore',
    detached: true,
  })
  try {
    const protocolId = await at.protocol('shell', await at.asset('Reader'), { heartbeatSeconds: 30 })
    for (const count of [1, 2]) {
      const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
      expect(await at.ended(body.id)).toMatchObject({ outcome: 'succeeded', end: { exitCode: 0 } })
      expect(await at.actions(body.id)).toContain('run.started')
      expect(readFileSync(join(home, 'drives'), 'utf8').trim().split('\n')).toHaveLength(count)
    }
    expect(existsSync(join(home, 'journal'))).toBe(true)
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
})
