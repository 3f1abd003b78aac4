import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import type { AgentClock, Drive, DriveIo, Driver, Inspected, InstrumentView, StepResult } from './ports.ts'

/** Drivers and steps are other people's code: they may throw, hang and lie. What they do wrong ends here, as an honest answer. */
const answerWithinMs = 30_000
const inspectWithinMs = 120_000
export const stepWithinMs = 10 * 60_000

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500)

/** What a promise comes to, or another answer where it throws or takes too long. */
const within = <T>(clock: AgentClock, ms: number, ask: () => Promise<T>, otherwise: (why: string) => T): Promise<T> => {
  const { promise, resolve } = Promise.withResolvers<T>()
  const cancel = clock.after(ms, () => resolve(otherwise(`no answer within ${ms / 1000} s`)))
  Promise.resolve()
    .then(ask)
    .then(resolve, (error: unknown) => resolve(otherwise(words(error))))
  return promise.finally(cancel)
}

const broken = (why: string, startedAt?: string): CommandResult => ({
  outcome: 'indeterminate',
  reason: 'driver-broke',
  message: `The driver broke after the drive had begun (${why}). Whether the instrument moved is not known; look at it.`,
  ...(startedAt !== undefined && { startedAt }),
})

/** Texts of drivers, cut to what a report takes, without characters that nobody can read. */
const cut = (text: string | undefined, length: number): string | undefined =>
  text?.replaceAll('\u0000', '').toWellFormed().slice(0, length)

const readable = (result: CommandResult): CommandResult => ({
  ...result,
  ...(result.message !== undefined && { message: cut(result.message, 1_000) }),
  ...(result.reason !== undefined && { reason: cut(result.reason, 80) }),
  ...(result.outputTail !== undefined && { outputTail: cut(result.outputTail.slice(-4_096), 4_096) }),
})

export const checked = (
  driver: Driver,
  command: GrantedCommand,
  clock: AgentClock,
): Promise<CommandResult | undefined> =>
  within(
    clock,
    answerWithinMs,
    async () => {
      const refused = await driver.check?.(command)
      return refused && readable(refused)
    },
    (why) => ({
      outcome: 'refused',
      reason: 'driver-silent',
      message: `Driver "${driver.name}" could not say whether it can do this (${why}), so nothing was driven.`,
    }),
  )

const guardedDrive = (drive: Drive, onTrouble: (what: string) => void): Drive => ({
  ...drive,
  done: Promise.resolve(drive.done).then(readable, (error: unknown) => broken(words(error))),
  abort: (reason) => {
    try {
      drive.abort(reason)
    } catch (error) {
      onTrouble(`The driver could not be asked to stop: ${words(error)}`)
    }
  },
})

/** Begins; whatever goes wrong from here on, the instrument may have moved. */
export const started = (
  driver: Driver,
  command: GrantedCommand,
  io: DriveIo,
  onTrouble: (what: string) => void,
): Drive => {
  try {
    return guardedDrive(driver.start(command, io), onTrouble)
  } catch (error) {
    return { done: Promise.resolve(broken(words(error))), abort: () => undefined }
  }
}

export const inspected = async (
  driver: Driver | undefined,
  of: { readonly commandId: CommandId; readonly command: GrantedCommand | undefined; readonly io: DriveIo },
  clock: AgentClock,
  onTrouble: (what: string) => void,
): Promise<Inspected> => {
  if (!driver?.inspect) return { known: 'nothing' }
  const found = await within<Inspected>(
    clock,
    inspectWithinMs,
    async () => (await driver.inspect?.(of.commandId, of.command, of.io)) ?? { known: 'nothing' },
    (why) => ({ known: 'nothing', message: `The driver could not tell what became of it (${why}).` }),
  )
  if (found.known === 'ended') return { ...found, result: readable(found.result) }
  return found.known === 'running' ? { ...found, drive: guardedDrive(found.drive, onTrouble) } : found
}

export const viewed = (driver: Driver, clock: AgentClock): Promise<InstrumentView> =>
  within<InstrumentView>(
    clock,
    answerWithinMs,
    async () => (await driver.view?.()) ?? { state: 'unknown' },
    (why) => ({ state: 'unknown', message: cut(`The driver does not answer: ${why}`, 300) ?? '' }),
  )

export const stepped = (clock: AgentClock, run: () => Promise<StepResult>): Promise<StepResult> =>
  within<StepResult>(clock, stepWithinMs, run, (why) => ({ ok: false, message: why }))
