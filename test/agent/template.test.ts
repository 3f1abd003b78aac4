/** The driver that others are copied from keeps the contract, beside a small instrument in memory. */
import { expect, test } from 'vitest'
import type { Instrument, Job } from '#agent/drivers/template/template-driver.ts'
import { templateDriver } from '#agent/drivers/template/template-driver.ts'
import type { GrantedCommand } from '#contracts/agents/messages.ts'
import { command, quiet } from './commands.ts'
import { driverContract } from './driver-contract.ts'
import { realClock, until } from './real-clock.ts'

const fake = () => {
  const jobs = new Map<string, { job: Job; starts: number }>()
  const instrument: Instrument = {
    status: async () => ({ state: 'idle' }),
    knows: async (method) => method !== 'nowhere',
    begin: async (name, method) => {
      const starts = (jobs.get(name)?.starts ?? 0) + 1
      jobs.set(name, { job: { state: method === 'short' ? 'finished' : 'running' }, starts })
    },
    job: async (name) => jobs.get(name)?.job,
    stop: async (name) => {
      const found = jobs.get(name)
      if (found?.job.state === 'running') jobs.set(name, { ...found, job: { state: 'stopped' } })
    },
  }
  return { instrument, jobs }
}

let n = 0
const order = (path: string): GrantedCommand => command({ commandId: `cmd_template-${++n}`, path })

driverContract('template', () => {
  const { instrument, jobs } = fake()
  return {
    make: () => templateDriver({ instrument, clock: realClock, lookEveryMs: 5 }),
    succeeds: () => order('short'),
    impossible: () => order('nowhere'),
    endless: () => order('long'),
    begun: ({ commandId }) => until('the job', () => jobs.has(commandId)),
    starts: ({ commandId }) => jobs.get(commandId)?.starts ?? 0,
  }
})

test('an instrument that has forgotten the job is not taken for one that has ended it', async () => {
  const { instrument, jobs } = fake()
  const driver = templateDriver({ instrument, clock: realClock, lookEveryMs: 5 })
  const long = order('long')
  const drive = driver.start(long, quiet)
  await until('the job', () => jobs.has(long.commandId))
  jobs.clear()
  expect(await drive.done).toMatchObject({ outcome: 'indeterminate', uncertain: [{ key: 'step' }] })
})

test('an answer that is lost ends nothing: the job is asked for again', async () => {
  const { instrument, jobs } = fake()
  const lost = new Error('The connection was reset.')
  let answers = 0
  const deaf: Instrument = {
    ...instrument,
    begin: async (name, method) => {
      await instrument.begin(name, method)
      throw lost
    },
    job: async (name) => {
      if (answers++ < 3) throw lost
      return instrument.job(name)
    },
  }
  const short = order('short')
  const driver = templateDriver({ instrument: deaf, clock: realClock, lookEveryMs: 5 })
  expect(await driver.start(short, quiet).done).toMatchObject({ outcome: 'succeeded' })
  expect(jobs.get(short.commandId)?.starts).toBe(1)
})
