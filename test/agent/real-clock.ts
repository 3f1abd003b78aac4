import type { AgentClock } from '#agent/core/ports.ts'

/** The clock of this machine, for drivers that talk to real processes. */
export const realClock: AgentClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** Looks until something is so. */
export const until = async (what: string, look: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 20_000
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`${what} did not happen`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
