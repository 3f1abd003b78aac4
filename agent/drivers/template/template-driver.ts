import type { CommandResult } from '#contracts/agents/messages.ts'
import type { AgentClock, Drive, Driver } from '../../core/ports.ts'

/**
 * A driver to begin yours with: for an instrument that takes jobs under a name that we give, and can be asked about them. Copy
 * the folder, put your instrument behind `Instrument`, add a case in config.ts and make-instruments.ts, and call the contract
 * in a test. docs/guides/writing-a-driver.md says why each part is as it is.
 */
export type Instrument = {
  /** What it does now, whoever started it. @throws where it cannot be reached */
  status(): Promise<{ readonly state: 'idle' | 'busy'; readonly message?: string }>
  /** Whether it knows a method of this name. */
  knows(method: string): Promise<boolean>
  /** Begins; the same name twice is one job. */
  begin(job: string, method: string): Promise<void>
  /** How a job stands; undefined where it has never heard of it. @throws where it cannot be reached */
  job(job: string): Promise<Job | undefined>
  /** Asks it to stop; the job's state tells when it has. */
  stop(job: string): Promise<void>
}
export type Job = {
  readonly state: 'running' | 'finished' | 'failed' | 'stopped'
  readonly percent?: number
  readonly message?: string
}

type Of = { readonly instrument: Instrument; readonly clock: AgentClock; readonly lookEveryMs?: number }

const endOf = ({ state, message }: Job): CommandResult | undefined => {
  const words = message === undefined ? {} : { message }
  switch (state) {
    case 'running':
      return undefined
    case 'finished':
      return { outcome: 'succeeded', ...words }
    case 'failed':
      return { outcome: 'failed', reason: 'instrument-failed', ...words }
    case 'stopped':
      return { outcome: 'aborted', reason: 'stopped', ...words }
  }
}

/** What nobody knows when the instrument has forgotten the job. Yours knows better what to look at: name it. */
const forgotten: CommandResult = {
  outcome: 'indeterminate',
  reason: 'job-forgotten',
  message: 'The instrument does not know the job any more. Look at it before anything else is started.',
  uncertain: [{ key: 'step', kind: 'step', description: 'How far the method has come' }],
}

export const templateDriver = ({ instrument, clock, lookEveryMs = 2_000 }: Of): Driver => {
  /** Looks at a job until it is over. No answer is no end: an instrument that is silent may be moving. */
  const follow = (job: string, begun: Promise<unknown>, progress: (percent?: number, note?: string) => void): Drive => {
    const { promise, resolve } = Promise.withResolvers<CommandResult>()
    let stopping = false
    const look = async (): Promise<void> => {
      try {
        if (stopping) await instrument.stop(job)
        const found = await instrument.job(job)
        const end = found ? endOf(found) : forgotten
        if (end) return resolve(end)
        progress(found?.percent)
      } catch (error) {
        progress(undefined, `No contact: ${(error as Error).message}`)
      }
      clock.after(lookEveryMs, () => void look())
    }
    // Even where beginning failed: the order may have arrived, and the answer may have been lost.
    void begun.catch((error: Error) => progress(undefined, error.message)).then(look)
    return {
      done: promise,
      abort: () => {
        stopping = true
      },
    }
  }
  return {
    name: 'my-instrument',
    describe: () => ({ can: ['inspect'], outlivesAgent: true }),
    view: async () => {
      try {
        return await instrument.status()
      } catch (error) {
        return { state: 'offline', message: (error as Error).message }
      }
    },
    check: async ({ path = '' }) =>
      (await instrument.knows(path))
        ? undefined
        : {
            outcome: 'refused',
            reason: 'bad-path',
            message: `The instrument has no method "${path}". Name one of its methods as the path of the protocol.`,
          },
    // The job bears the name of the command: whoever asks later finds it again.
    start: ({ commandId, path = '' }, io) => follow(commandId, instrument.begin(commandId, path), io.progress),
    inspect: async (commandId, _command, io) => {
      const found = await instrument.job(commandId).catch(() => undefined)
      if (!found) return { known: 'nothing', message: 'The instrument cannot tell what became of the job.' }
      const end = endOf(found)
      return end
        ? { known: 'ended', result: end }
        : { known: 'running', drive: follow(commandId, Promise.resolve(), io.progress) }
    },
  }
}
