import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { settleConflicts } from '#application/conflicts/settle-conflicts.ts'
import { severityOf } from '#domain/conflicts/transition.ts'
import { modeSchema, type OrderMode } from '#domain/orders/mode.ts'
import { changeoverMs } from '#domain/plans/changeover.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'

const optical = (rollDegrees: number, pitchDegrees = 0): OrderMode => ({ kind: 'OPTICAL', rollDegrees, pitchDegrees })
const sar = (side: 'left' | 'right', incidenceDegrees: number): OrderMode => ({
  kind: 'SAR',
  side,
  incidenceDegrees,
  pitchDegrees: 0,
})

describe('the turn from one pointing to the next', () => {
  const agility = { degreesPerSecond: 2, settleSeconds: 3 }

  test.each([
    ['the longer of roll and pitch, and the rest', {}, optical(0, 0), optical(10, -30), 35],
    ['as fast as the asset is', { agility }, optical(0, 0), optical(10, -30), 18],
    ['from one side to the other', { agility }, sar('left', 30), sar('right', 30), 33],
    ['between a camera and a radar on one asset', { agility }, optical(10), sar('right', 20), 8],
    ['nothing where it stays', { agility }, optical(10), optical(10), 0],
    ['nothing that is known of work that points nowhere', { agility }, optical(10), { kind: 'PROTOCOL' }, 0],
  ] as const)('%s', (_what, spacing, from, to, seconds) => {
    expect(changeoverMs(spacing, from, to as OrderMode)).toBe(seconds * 1_000)
  })

  test('is as long there as back, and no shorter for an asset that is slower', () => {
    const mode = fc.oneof(
      fc.tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -60, max: 60 })).map(([r, p]) => optical(r, p)),
      fc
        .tuple(fc.constantFrom('left' as const, 'right' as const), fc.integer({ min: 10, max: 70 }))
        .map(([s, i]) => sar(s, i)),
    )
    const rate = fc.integer({ min: 1, max: 50 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(mode, mode, rate, rate, (from, to, one, other) => {
        const turn = (degreesPerSecond: number) =>
          changeoverMs(
            { agility: { degreesPerSecond, settleSeconds: 5 } },
            modeSchema.parse(from),
            modeSchema.parse(to),
          )
        expect(turn(one)).toBe(changeoverMs({ agility: { degreesPerSecond: one, settleSeconds: 5 } }, to, from))
        expect(turn(Math.min(one, other))).toBeGreaterThanOrEqual(turn(Math.max(one, other)))
      }),
    )
  })
})

describe('satellites', () => {
  let bench: Bench
  let satellite: string
  beforeEach(async () => {
    bench = await openBench()
    const type = await bench.call(
      'createAssetType',
      {},
      { body: { name: 'Slow', agility: { degreesPerSecond: 0.5, settleSeconds: 20 } } },
    )
    const body = { name: 'Sat', kind: 'resource', typeId: type.body.id }
    satellite = (await bench.call('createAsset', {}, { body })).body.id
  })
  const acquisition = (name: string, rollDegrees: number, more: object = {}) =>
    bench.order(name, {
      durationMinutes: 1,
      requirements: [{ assetId: satellite }],
      protocolId: undefined,
      mode: optical(rollDegrees),
      ...more,
    })
  const place = (orderId: string, start: string) =>
    bench.call('createSlot', {}, { body: { orderId, start, assets: [{ assetId: satellite, units: 1 }] } })

  test('plans leave them as long as they take, beside slots that stand already, too', async () => {
    const standing = await place(await acquisition('Stands', 40), at(3))
    expect(standing.status).toBe(201)
    const window = { release: at(3), due: at(3.2) }
    await acquisition('One', -40, window)
    await acquisition('Two', 20, window)
    const { items } = await bench.items((await bench.plan()).id)
    expect(items).toHaveLength(2)
    const rollOf = async ({ orderId }: PlanItem): Promise<number> =>
      (await bench.call('getOrder', { orderId })).body.mode.rollDegrees
    const rolls = [40, ...(await Promise.all(items.map(rollOf)))]
    const all = [standing.body, ...items]
    for (const [index, one] of all.entries()) {
      const next = all[index + 1]
      const turn = Math.abs((rolls[index] ?? 0) - (rolls[index + 1] ?? 0))
      if (next) expect(Date.parse(next.start) - Date.parse(one.end)).toBeGreaterThanOrEqual(1_000 * (turn / 0.5 + 20))
    }
  })

  test.each([
    [100, undefined],
    [98, 'info'],
    [93, 'warning'],
    [85, 'error'],
  ])('%d s between slots put there by hand, where 100 are needed: %s', async (seconds, severity) => {
    expect((await place(await acquisition('First', 0), at(3))).status).toBe(201)
    const start = new Date(Date.parse(at(3)) + 60_000 + seconds * 1_000).toISOString()
    const second = await place(await acquisition('Second', 40), start)
    expect(second.status).toBe(201)
    const conflicts = async () => (await bench.call('listConflicts')).body.items
    expect((await conflicts()).map((one: { type: string; severity: string }) => [one.type, one.severity])).toEqual(
      severity === undefined ? [] : [['infeasible-transition', severity]],
    )
    if (severity !== undefined) {
      expect((await conflicts())[0].facts.missingSeconds).toBe(100 - seconds)
      await bench.call('cancelSlot', { slotId: second.body.id }, { body: { reason: 'Too close' } })
      await settleConflicts({ workspaceId }, bench.lab.world)
      expect(await conflicts()).toEqual([])
    }
  })

  test('what is missing decides how bad it is', () => {
    expect([1, 5_000, 5_001, 10_000, 10_001].map(severityOf)).toEqual(['info', 'info', 'warning', 'warning', 'error'])
  })
})
