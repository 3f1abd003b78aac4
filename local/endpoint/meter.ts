/** Counts what AWS would bill. */
import type { Counter, Meter, MeterSnapshot } from '../cloud-controls.ts'
import type { GrantLog } from './authorise.ts'

type Counts = { -readonly [C in Counter]: number }

const zero = (): Counts => ({
  readUnits: 0,
  writeUnits: 0,
  transitions: 0,
  lambdaInvocations: 0,
  lambdaGbSeconds: 0,
  iotMessages: 0,
  iotRules: 0,
  iotActions: 0,
  schedulerInvocations: 0,
  httpRequests: 0,
})

export const createMeter = (grants: GrantLog): Meter => {
  const counts = zero()
  const calls: Record<string, number> = {}
  const snapshot = (): MeterSnapshot => ({ calls: { ...calls }, ...counts })
  return {
    snapshot,
    count: (counter, by = 1) => {
      counts[counter] += by
    },
    countCall: (service, operation) => {
      const key = `${service}:${operation}`
      calls[key] = (calls[key] ?? 0) + 1
    },
    since: (earlier) => {
      const now = snapshot()
      const differences = (Object.keys(zero()) as Counter[]).map((counter) => [
        counter,
        now[counter] - earlier[counter],
      ])
      const made = Object.entries(now.calls).map(([key, value]): [string, number] => [
        key,
        value - (earlier.calls[key] ?? 0),
      ])
      return {
        ...(Object.fromEntries(differences) as Counts),
        calls: Object.fromEntries(made.filter(([, value]) => value > 0)),
      }
    },
    usedGrants: grants.used,
  }
}
