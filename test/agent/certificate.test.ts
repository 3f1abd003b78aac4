/** Nobody is locked out by surprise: what a certificate has left is told in time. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AgentClock } from '#agent/core/ports.ts'
import { certificateState, certificateWarning, watchCertificate } from '#agent/io/certificate.ts'

const pem = readFileSync(join(import.meta.dirname, 'fakes', 'certificate.pem'), 'utf8')
const dayMs = 86_400_000
const fine = certificateState(pem, 0)
const endsMs = Date.parse('endsAt' in fine ? fine.endsAt : '')

test.for([
  [-31, 'fine'],
  [-30, 'fine'],
  [-29.5, 'ending'],
  [-0.01, 'ending'],
  [0, 'ended'],
  [400, 'ended'],
] as const)('%i days from its end it is %s', ([days, state]) => {
  const found = certificateState(pem, endsMs + days * dayMs)
  expect(found.state).toBe(state)
  expect(certificateWarning(found) === undefined).toBe(state === 'fine')
})

test('what is no certificate is told, and stops nothing', () => {
  const found = certificateState('-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----', 0)
  expect(certificateWarning(found)).toContain('cannot be read')
})

test('it is looked at every day, until the agent ends', () => {
  let nowMs = endsMs - 31.5 * dayMs
  let next: (() => void) | undefined
  const clock: AgentClock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after: (_ms, call) => {
      next = call
      return () => {
        next = undefined
      }
    },
  }
  const said: string[] = []
  const stop = watchCertificate(pem, clock, (_level, message) => said.push(message))
  for (let day = 0; day < 3; day++) {
    nowMs += dayMs
    next?.()
  }
  expect(said).toEqual([expect.stringContaining('29 day(s)'), expect.stringContaining('28 day(s)')])
  stop()
  expect(next).toBeUndefined()
})
