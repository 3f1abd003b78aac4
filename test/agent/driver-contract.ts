/** What every driver must keep, whatever instrument it adapts. A new driver gets a file that calls this. */
import { describe, expect, test } from 'vitest'
import type { Drive, DriveIo, Driver } from '#agent/core/ports.ts'
import { commandResultSchema, type GrantedCommand } from '#contracts/agents/messages.ts'
import { quiet } from './commands.ts'

export type DriverUnderTest = {
  /** A driver as the agent makes it; each call is another life of the agent beside the same instrument. */
  readonly make: () => Driver
  /** A command that succeeds soon. */
  readonly succeeds: () => GrantedCommand
  /** A command that the instrument cannot do, known before anything moves. */
  readonly impossible: () => GrantedCommand
  /** A command that goes on until it is stopped. */
  readonly endless: () => GrantedCommand
  /** Resolves when the endless drive has really begun. */
  readonly begun: (command: GrantedCommand) => Promise<unknown>
  /** How often the instrument was really told to begin with a command. */
  readonly starts: (command: GrantedCommand) => number
}

const io = (): DriveIo & { readonly percents: number[]; readonly printed: string[] } => {
  const [percents, printed]: [number[], string[]] = [[], []]
  return {
    percents,
    printed,
    progress: (percent) => percent !== undefined && percents.push(percent),
    log: (text) => printed.push(text),
  }
}

/** Told once and for all: the same answer, however often it is awaited. */
const ended = async (drive: Drive) => {
  const result = await drive.done
  expect(await drive.done).toBe(result)
  return commandResultSchema.parse(result)
}

export const driverContract = (name: string, of: () => DriverUnderTest) =>
  describe(`driver ${name}`, () => {
    test('describes itself, by a name that a protocol can have', () => {
      const driver = of().make()
      expect(driver.name).toMatch(/^[a-z][a-z0-9-]*$/)
      const { can, outlivesAgent } = driver.describe()
      expect(can.includes('inspect')).toBe(driver.inspect !== undefined)
      // What goes on without the agent can only be found again by asking.
      if (outlivesAgent) expect(can).toContain('inspect')
    })

    test('drives a command to its end and says so in the words of the protocol', async () => {
      const under = of()
      const command = under.succeeds()
      const driver = under.make()
      expect(await driver.check?.(command)).toBeUndefined()
      expect(await ended(driver.start(command, io()))).toMatchObject({ outcome: 'succeeded' })
      expect(under.starts(command)).toBeLessThanOrEqual(1)
    })

    test('refuses what cannot be done before anything moves, with words for a person', async () => {
      const under = of()
      const command = under.impossible()
      const refused = await under.make().check?.(command)
      expect(commandResultSchema.parse(refused)).toMatchObject({ outcome: 'refused' })
      expect(refused?.message?.length).toBeGreaterThan(20)
      expect(under.starts(command)).toBe(0)
    })

    test('stops when it is asked to, however often, and ends only when it has', async () => {
      const under = of()
      const command = under.endless()
      const drive = under.make().start(command, io())
      await under.begun(command)
      drive.abort('abort-requested')
      drive.abort('time-limit')
      expect(await ended(drive)).toMatchObject({ outcome: 'aborted' })
      drive.abort('abort-requested')
    })

    test('looking at the instrument starts nothing', async () => {
      const under = of()
      const driver = under.make()
      const command = under.succeeds()
      await driver.view?.()
      await driver.check?.(command)
      await driver.inspect?.(command.commandId, command, quiet)
      expect(under.starts(command)).toBe(0)
    })

    test('of a command that it never saw it does not claim to know the end', async () => {
      const found = await of().make().inspect?.('cmd_never-seen', undefined, quiet)
      expect(found?.known ?? 'nothing').toBe('nothing')
    })

    test('after the agent died it finds what goes on, and drives nothing again', async () => {
      const under = of()
      const first = under.make()
      if (!first.describe().outlivesAgent) return
      const command = under.endless()
      first.start(command, io())
      await under.begun(command)
      const next = under.make()
      const found = await next.inspect?.(command.commandId, command, quiet)
      expect(found?.known).toBe('running')
      if (found?.known !== 'running') return
      found.drive.abort('abort-requested')
      expect(await ended(found.drive)).toMatchObject({ outcome: 'aborted' })
      expect(under.starts(command)).toBe(1)
      const again = await under.make().inspect?.(command.commandId, command, quiet)
      expect(again?.known).not.toBe('running')
    })

    test('pauses and goes on, if it says that it can', async () => {
      const under = of()
      const driver = under.make()
      const command = under.endless()
      const drive = driver.start(command, io())
      await under.begun(command)
      expect(drive.pause !== undefined && drive.resume !== undefined).toBe(driver.describe().can.includes('pause'))
      await drive.pause?.()
      await drive.resume?.()
      drive.abort('abort-requested')
      await ended(drive)
    })
  })
