import type { AgentClock } from './ports.ts'

/** Asks at most one question at a time: what wants to be asked meanwhile is asked when the answer is there, or overdue. */
export type Questions = {
  ask(): void
  /** The answer to the open question is there. @returns whether somebody wanted to ask meanwhile */
  answered(): boolean
  /** Whatever was asked over a connection that is lost is not going to be answered. */
  forget(): void
  stop(): void
}

export const createQuestions = (of: {
  readonly clock: AgentClock
  readonly send: () => void
  /** Between questions when nothing happens. */
  readonly everyMs: number
  /** Until a question without an answer is asked again. */
  readonly overdueMs: number
}): Questions => {
  let open = false
  let wanted = false
  let cancel: (() => void) | undefined
  const schedule = (ms: number): void => {
    cancel?.()
    cancel = of.clock.after(ms, () => {
      open = false
      ask()
    })
  }
  const ask = (): void => {
    if (open) {
      wanted = true
      return
    }
    open = true
    wanted = false
    of.send()
    schedule(of.overdueMs)
  }
  return {
    ask,
    answered: () => {
      open = false
      schedule(of.everyMs)
      return wanted
    },
    forget: () => {
      open = false
    },
    stop: () => cancel?.(),
  }
}
