/** Faults that a test or a person asks for: each matches calls and strikes some of them. */
import type { Fault, Faults } from '../cloud-controls.ts'

export type FaultBook = Faults & {
  /** The effect that strikes this call, if any; a spent fault strikes no more. */
  strike(call: {
    readonly caller: string
    readonly service: string
    readonly operation: string
  }): Fault['effect'] | undefined
}

type Planted = { readonly fault: Fault; seen: number; struck: number }

const squashed = (name: string): string => name.toLowerCase().replaceAll('-', '')

const fits = (wanted: string | undefined, actual: string): boolean =>
  wanted === undefined || squashed(actual).includes(squashed(wanted))

export const createFaults = (initial: readonly Fault[]): FaultBook => {
  const planted = new Set<Planted>(initial.map((fault) => ({ fault, seen: 0, struck: 0 })))
  return {
    inject: (fault) => {
      const entry: Planted = { fault, seen: 0, struck: 0 }
      planted.add(entry)
      return { struck: () => entry.struck, remove: () => void planted.delete(entry) }
    },
    clear: () => planted.clear(),
    strike: ({ caller, service, operation }) => {
      for (const entry of planted) {
        const { fault } = entry
        const sameCall = (fault.service ?? service) === service && (fault.operation ?? operation) === operation
        if (!sameCall || !fits(fault.function, caller)) continue
        entry.seen += 1
        if (entry.seen <= (fault.skip ?? 0) || entry.struck >= (fault.times ?? 1)) continue
        entry.struck += 1
        return fault.effect
      }
      return undefined
    },
  }
}
