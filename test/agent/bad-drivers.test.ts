/** Drivers are other people's code. Whatever they do wrong is contained, explained, and loses nothing. */
import { describe, expect, test } from 'vitest'
import { createAgent } from '#agent/core/agent.ts'
import type { AgentClock, Driver, StepPort } from '#agent/core/ports.ts'
import type { Downlink, GrantedCommand, Report } from '#contracts/agents/messages.ts'
import { reportSchema } from '#contracts/agents/messages.ts'
import { createVirtualTime } from '../simulation/virtual-time.ts'
import { command, plainDriver } from './commands.ts'

type Told = Extract<Report, { type: 'ended' }>['result']

/** Gives one command to an agent with such a driver, and lets two hours pass. */
const drive = async (
  driver: Partial<Driver>,
  {
    steps,
    order,
    controls = [],
  }: {
    steps?: ReadonlyMap<string, StepPort>
    order?: Partial<GrantedCommand>
    controls?: { atMs: number; type: 'pause' | 'resume' | 'abort' }[]
  } = {},
) => {
  const time = createVirtualTime(0)
  const clock: AgentClock = { now: time.now, monotonic: time.now, after: time.after }
  const reports: Report[] = []
  const granted = command({ driver: 'odd', validForMs: 3_600_000, timeLimitMs: 3_600_000, ...order })
  let given = false
  let ids = 0
  const wanted: Extract<Downlink, { type: 'next' }>['controls'] = []
  const agent = createAgent(
    {
      clock,
      journal: { load: async () => [], append: async () => undefined },
      instruments: [{ driver: { ...plainDriver, name: 'odd', start: () => never, ...driver } }],
      ...(steps && { steps }),
      transport: {
        poll: ({ session, stamp, want }) =>
          time.after(5, () => {
            const next = want > 0 && !given
            given ||= next
            agent.receive({
              type: 'next',
              session,
              stamp,
              controls: wanted,
              more: false,
              unresolved: [],
              ...(next && { command: granted }),
            })
          }),
        report: (report) => {
          // Whatever it is, the cloud can read it.
          reports.push(reportSchema.parse(JSON.parse(JSON.stringify(report))))
          if (report.type !== 'progress')
            time.after(5, () => agent.receive({ type: 'ack', messageId: report.messageId }))
        },
      },
      messageId: () => `msg_${++ids}`,
      log: () => undefined,
    },
    { session: 'session-1', software: 'test', maxConcurrent: 1, pollEveryMs: 60_000, resendMs: 3_000 },
  )
  await agent.start()
  for (const { atMs, type } of controls)
    time.after(atMs, () => {
      wanted.splice(0, wanted.length, { type, commandId: granted.commandId })
      agent.receive({ type: 'wake' })
    })
  await time.runUntil(2 * 3_600_000)
  const ends = reports.flatMap((report): Told[] => (report.type === 'ended' ? [report.result] : []))
  agent.stop()
  return { reports, ends, left: agent.driving }
}

const never = { done: new Promise<never>(() => undefined), abort: () => undefined }
const boom = (): never => {
  throw new Error('the cable is loose')
}

describe('a driver that', () => {
  test('throws before it begins: refused, with its words', async () => {
    expect((await drive({ check: boom })).ends).toEqual([
      expect.objectContaining({
        outcome: 'refused',
        reason: 'driver-silent',
        message: expect.stringContaining('cable'),
      }),
    ])
  })
  test('never says whether it can: refused', async () => {
    const { ends } = await drive({ check: () => new Promise(() => undefined) })
    expect(ends).toMatchObject([{ outcome: 'refused', reason: 'driver-silent' }])
  })
  test('throws at the start, or breaks midway: nobody knows', async () => {
    for (const driver of [{ start: boom }, { start: () => ({ ...never, done: Promise.reject(new Error('gone')) }) }])
      expect((await drive(driver)).ends).toMatchObject([{ outcome: 'indeterminate', reason: 'driver-broke' }])
  })
  test('hangs and cannot be stopped: it is held, and told every heartbeat', async () => {
    const { ends, left, reports } = await drive({ start: () => ({ ...never, abort: boom }) })
    expect(ends).toEqual([])
    expect(left).toHaveLength(1)
    expect(reports.filter(({ type }) => type === 'progress').length).toBeGreaterThan(200)
  })
  test('says too much: what is told is cut, and readable', async () => {
    const result = {
      outcome: 'failed' as const,
      message: 'x'.repeat(5_000),
      outputTail: `\ud800${'y'.repeat(9_000)}\u0000`,
    }
    const { ends } = await drive({ start: () => ({ ...never, done: Promise.resolve(result) }) })
    expect(ends[0]?.message).toHaveLength(1_000)
    expect(ends[0]?.outputTail?.isWellFormed()).toBe(true)
  })
  test('counts to 140 % and back, and floods: a few messages of 0 to 100', async () => {
    const { reports } = await drive({
      start: (_command, io) => {
        for (let i = 0; i < 10_000; i++) {
          io.progress(140 - i, 'n'.repeat(700), 's'.repeat(500))
          io.log(`\udc00 line ${i} ${'z'.repeat(100_000)}\n`)
        }
        return { ...never, done: Promise.resolve({ outcome: 'succeeded' as const }) }
      },
    })
    const progress = reports.filter((report) => report.type === 'progress')
    expect(progress.length).toBeLessThan(5)
    for (const { percent = 0 } of progress) expect(percent).toBeLessThanOrEqual(100)
  })
  test('cannot pause is told so, and goes on; one that can says when it stands still', async () => {
    const controls = [{ atMs: 60_000, type: 'pause' as const }]
    const without = await drive({ start: () => never }, { controls })
    expect(without.reports.find(({ type }) => type === 'not-paused')).toMatchObject({ message: expect.any(String) })
    const pausing = { ...never, pause: async () => undefined, resume: async () => undefined }
    const withPause = await drive(
      { start: () => pausing },
      { controls: [...controls, { atMs: 120_000, type: 'resume' as const }] },
    )
    expect(withPause.reports.map(({ type }) => type).filter((type) => type === 'paused' || type === 'resumed')).toEqual(
      ['paused', 'resumed'],
    )
    const failing = await drive({ start: () => ({ ...pausing, pause: boom }) }, { controls })
    expect(failing.reports.find(({ type }) => type === 'not-paused')).toMatchObject({
      message: 'the cable is loose',
    })
  })
})

describe('steps before a drive', () => {
  const told: string[] = []
  const step = (name: string, ok = true): [string, StepPort] => [
    name,
    {
      run: async (args) => {
        told.push(`${name}(${args.join(',')})`)
        return { ok, message: ok ? undefined : 'no power' } as { ok: boolean; message?: string }
      },
      cleanUp: async () => {
        told.push(`un-${name}`)
        return { ok: true }
      },
    },
  ]
  const driver = {
    start: () => {
      told.push('drive')
      return { ...never, done: Promise.resolve({ outcome: 'succeeded' as const }) }
    },
  }
  const order = { steps: ['lamp', 'lid', 'share'].map((name) => ({ name, args: ['1'] })) }

  test('come in their order, their clean-ups in reverse after the drive', async () => {
    told.length = 0
    const { ends, reports } = await drive(driver, { steps: new Map([step('lamp'), step('lid'), step('share')]), order })
    expect(told).toEqual(['lamp(1)', 'lid(1)', 'share(1)', 'drive', 'un-share', 'un-lid', 'un-lamp'])
    expect(ends).toMatchObject([{ outcome: 'succeeded' }])
    expect(reports.map(({ type }) => type)).toContain('preparing')
  })
  test('that fail end it before anything is driven, with the clean-up of what had begun', async () => {
    told.length = 0
    const steps = new Map([step('lamp'), step('lid', false), step('share')])
    const { ends } = await drive(driver, { steps, order })
    expect(told).toEqual(['lamp(1)', 'lid(1)', 'un-lid', 'un-lamp'])
    expect(ends).toMatchObject([
      { outcome: 'failed', reason: 'step-failed', message: expect.stringContaining('no power') },
    ])
  })
  test('that the agent does not know are refused before anything is done', async () => {
    told.length = 0
    const { ends } = await drive(driver, { steps: new Map([step('lamp')]), order })
    expect(told).toEqual([])
    expect(ends).toMatchObject([
      { outcome: 'refused', reason: 'unknown-step', message: expect.stringContaining('lamp') },
    ])
  })
  test('that hang are given up', async () => {
    told.length = 0
    const hanging: StepPort = { run: () => new Promise(() => undefined) }
    const { ends } = await drive(driver, {
      steps: new Map([['lamp', hanging]]),
      order: { steps: [{ name: 'lamp', args: [] }] },
    })
    expect(ends).toMatchObject([{ outcome: 'failed', reason: 'step-failed' }])
  })
})
