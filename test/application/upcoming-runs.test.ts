import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { upcomingRuns } from '#application/schedules/upcoming-runs.ts'
import { armingChange, settleArming } from '#application/timetable/arm-schedule.ts'
import type { Change } from '#application/world.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule } from '#domain/schedules/rule.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { documentOf } from '../adapters/documents.ts'
import { createLaboratory, noon } from '../api/laboratory.ts'

const workspaceId = 'ws_one'
const rules: Rule[] = [
  { kind: 'rate', every: 7, unit: 'hour' },
  { kind: 'rate', every: 20, unit: 'minute' },
  { kind: 'cron', expression: '0 9 ? * MON-FRI *' },
  { kind: 'at', at: new Date(noon + 3_600_000).toISOString() },
]

const laboratoryWith = async (schedules: readonly Partial<Schedule>[]) => {
  const { world } = createLaboratory()
  const stored = schedules.map(
    (more, i): Schedule =>
      ({ ...documentOf('schedule', workspaceId, `n${i}`), name: `Schedule ${i}`, ...more }) as Schedule,
  )
  for (const [index, value] of stored.entries()) {
    await world.store.commit([
      { type: 'put', kind: 'schedule', value, expect: 'absent' } as Change,
      armingChange(value, undefined, new Date(noon - 1).toISOString()),
    ])
    // What EventBridge Scheduler does not know yet is going to start all the same.
    if (index % 2 === 0) await settleArming(workspaceId, value.id, world)
  }
  return { world, stored }
}

describe('what is going to start', () => {
  test('is what each active schedule would start, in order of time, as many as were asked for', async () => {
    const drawn = fc.array(
      fc.record({
        rule: fc.constantFrom(...rules),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
        status: fc.constantFrom('active' as const, 'completed' as const),
      }),
      { maxLength: 6 },
    )
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.integer({ min: 1, max: 72 }),
        fc.integer({ min: 1, max: 60 }),
        async (more, hours, limit) => {
          const { world, stored } = await laboratoryWith(more as Partial<Schedule>[])
          const toMs = noon + hours * 3_600_000
          const expected = stored
            .filter(({ status }) => status === 'active')
            .flatMap((schedule) =>
              nextTimes(schedule.rule, noon - 1, { ...windowOf(schedule), endMs: toMs }, 1_000).map((ms) => ms),
            )
            .toSorted((a, b) => a - b)
          const { items, truncated } = await upcomingRuns(
            { workspaceId, to: new Date(toMs).toISOString(), limit },
            world,
          )
          expect(items.map(({ utc }) => Date.parse(utc))).toEqual(expected.slice(0, limit))
          expect(truncated).toBe(expected.length > limit)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('leaves excluded days out and tells the wall time of each zone', async () => {
    const { world } = await laboratoryWith([
      { rule: { kind: 'cron', expression: '0 9 * * ? *' }, exclusions: [{ from: '2026-11-21' }] },
    ])
    const { items } = await upcomingRuns({ workspaceId, to: '2026-11-23T00:00:00Z', limit: 10 }, world)
    expect(items).toMatchObject([{ utc: '2026-11-22T08:00:00.000Z', local: '2026-11-22T09:00:00', name: 'Schedule 0' }])
  })

  test.each([
    ['2026-11-20T13:00:00Z', '2026-11-20T12:30:00Z'],
    ['2026-11-20T13:00:00Z', '2027-11-20T12:30:00Z'],
    [undefined, '2026-11-01T00:00:00Z'],
  ])('a window from %s to %s is refused', async (from, to) => {
    const { world } = await laboratoryWith([])
    await expect(upcomingRuns({ workspaceId, from, to, limit: 10 }, world)).rejects.toMatchObject({ code: 'invalid' })
  })
})
