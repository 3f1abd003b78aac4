import { describe, expect, test } from 'vitest'
import { parseCron } from '#domain/schedules/cron.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { autumnRows } from './expressions/autumn.ts'
import { monthRows } from './expressions/months.ts'
import { plainRows } from './expressions/plain.ts'
import type { Row } from './expressions/row.ts'
import { springRows } from './expressions/spring.ts'
import { yearRows } from './expressions/years.ts'

/**
 * Expected times by the calendar and by EventBridge Scheduler's documentation alone: each minute of the zone's clocks was
 * looked at in turn, those that a clock shows a second time left out, and the fields compared by hand-written rules that share
 * nothing with the product. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
const groups: [what: string, rows: readonly Row[]][] = [
  ['plain', plainRows],
  ['months', monthRows],
  ['years', yearRows],
  ['clocks put forward', springRows],
  ['clocks put back', autumnRows],
]

describe.each(groups)('%s', (_what, rows) => {
  test.each(rows)('%s in %s after %s', (expression, zone, after, expected, what) => {
    expect(parseCron(expression)).toMatchObject({ ok: true })
    const window = { startMs: 0, zone }
    const count = Math.max(1, expected.length)
    const times = nextTimes({ kind: 'cron', expression }, Date.parse(`${after}Z`), window, count)
    expect(
      times.map((ms) => new Date(ms).toISOString().slice(0, 16)),
      what,
    ).toEqual(expected)
  })
})

test('there are enough of them, in enough zones', () => {
  const rows = groups.flatMap(([, each]) => each)
  expect(rows.length).toBeGreaterThanOrEqual(150)
  expect(new Set(rows.map(([, zone]) => zone)).size).toBeGreaterThanOrEqual(8)
})
