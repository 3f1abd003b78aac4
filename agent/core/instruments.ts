import type { GrantedCommand } from '#contracts/agents/messages.ts'
import type { Instrument } from '#domain/agents/instrument.ts'
import { viewed } from './guarded.ts'
import type { AgentClock, InstrumentPort } from './ports.ts'

/** Between two looks at the instruments. */
const lookEveryMs = 10_000

/** The instrument that a command is for: the one that is its asset, else the one of that kind that is nobody's in particular. */
export const instrumentFor = (
  instruments: readonly InstrumentPort[],
  command: Pick<GrantedCommand, 'driver' | 'assetIds'>,
): InstrumentPort | undefined => {
  const ofKind = instruments.filter(({ driver }) => driver.name === command.driver)
  return (
    ofKind.find(({ assetId }) => assetId !== undefined && command.assetIds?.includes(assetId)) ??
    ofKind.find(({ assetId }) => assetId === undefined)
  )
}

/** What the cloud should know at once. What is free, or was never looked at, waits for the next question. */
const worthTelling = (instruments: readonly Instrument[]): string =>
  JSON.stringify(
    instruments.map(({ state, conditions }) => [
      state === 'busy' || state === 'offline' ? state : 'fine',
      conditions?.filter(({ ok }) => !ok).map(({ name }) => name) ?? [],
    ]),
  )

export type Looking = { readonly seen: readonly Instrument[]; start(): void; stop(): void }

/** Looks at the instruments every few seconds, and says when something is different from before. */
export const lookAtInstruments = (of: {
  readonly instruments: readonly InstrumentPort[]
  readonly clock: AgentClock
  /** Whether the agent itself drives on it at this moment. */
  readonly drives: (port: InstrumentPort) => boolean
  readonly onChange: () => void
}): Looking => {
  const { instruments, clock } = of
  let cancel: (() => void) | undefined
  let stopped = false
  let seen: readonly Instrument[] = instruments.map(({ driver, assetId }) => ({
    driver: driver.name,
    ...(assetId && { assetId }),
    state: 'unknown',
    can: [...driver.describe().can],
  }))
  const look = async (): Promise<void> => {
    const views = await Promise.all(instruments.map(({ driver }) => viewed(driver, clock)))
    if (stopped) return
    const now = instruments.map((port, index): Instrument => {
      const { state = 'unknown', message, conditions } = views[index] ?? {}
      return {
        driver: port.driver.name,
        ...(port.assetId && { assetId: port.assetId }),
        state: of.drives(port) ? 'driving' : state,
        ...(message !== undefined && { message: message.slice(0, 300) }),
        can: [...port.driver.describe().can],
        ...(conditions && { conditions: conditions.slice(0, 20).map((condition) => ({ ...condition })) }),
      }
    })
    const changed = worthTelling(now) !== worthTelling(seen)
    seen = now
    if (changed) of.onChange()
    cancel = clock.after(lookEveryMs, () => void look())
  }
  return {
    get seen() {
      return seen
    },
    // An instrument that nobody can look at is not looked at.
    start: () => {
      if (instruments.some(({ driver }) => driver.view)) void look()
    },
    stop: () => {
      stopped = true
      cancel?.()
    },
  }
}
