import fc from 'fast-check'
import { expect, test } from 'vitest'
import { elapsedTime } from '#agent/core/elapsed-time.ts'

/** What happens between two looks at the clock. */
const step = fc.record({
  /** The machine is awake: both clocks run. */
  awake: fc.nat(10_000),
  /** It sleeps: the monotonic clock stands still. */
  asleep: fc.oneof(fc.constant(0), fc.nat(3_600_000)),
  /** Somebody sets the wall clock. */
  set: fc.oneof(fc.constant(0), fc.integer({ min: -86_400_000, max: 86_400_000 })),
})

test('elapsed time never goes back, and never runs slower than the time in which the machine was awake', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let monotonic = 5_000
      let wall = 1_800_000_000_000
      const elapsed = elapsedTime(
        () => monotonic,
        () => wall,
      )
      let before = elapsed()
      for (const { awake, asleep, set } of steps) {
        monotonic += awake
        wall += awake + asleep + set
        const now = elapsed()
        expect(now - before).toBeGreaterThanOrEqual(awake)
        before = now
      }
    }),
  )
})

test('time asleep counts in full where nobody sets the clock', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let monotonic = 0
      let wall = 0
      const elapsed = elapsedTime(
        () => monotonic,
        () => wall,
      )
      const began = elapsed()
      for (const { awake, asleep } of steps) {
        monotonic += awake
        wall += awake + asleep
        expect(elapsed() - began).toBe(wall)
      }
    }),
  )
})
