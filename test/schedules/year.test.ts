import { expect, test } from 'vitest'
import { liveYear } from './year.ts'

/**
 * A year of 500 random schedules with outages of hours, functions that die after what they have stored, writes to EventBridge
 * Scheduler that are refused, and firings that come late or twice. I4, and: no firing vanishes in silence.
 */
test('in a year of 500 schedules every time has its run, or is told as missed, made up or coalesced', {
  timeout: 300_000,
}, async () => {
  const year = await liveYear(1, 500)
  expect(year.problems).toEqual([])
  // It was a year to remember.
  expect(year.slots).toBeGreaterThan(50_000)
  for (const happened of [year.lostByOutage, year.missed, year.madeUp, year.refusedWrites, year.deaths, year.movedOn])
    expect(happened).toBeGreaterThan(20)
})

test('there is never more than one entry for a schedule, and none for one that is over', async () => {
  const year = await liveYear(2, 60)
  expect(year.problems).toEqual([])
  expect(year.mostEntries).toBeLessThanOrEqual(60)
})

test('were nobody to look for firings that did not come, a year would show it', async () => {
  const year = await liveYear(3, 40, { neverAudits: true })
  expect(year.problems.length).toBeGreaterThan(0)
})
