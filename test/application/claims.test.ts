import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeAsset } from '#application/assets/change-asset.ts'
import { bookReservation } from '#application/reservations/book-reservation.ts'
import { cancelReservation } from '#application/reservations/cancel-reservation.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { send } from '../api/call.ts'
import { at, furnish, successOf } from '../api/furnished.ts'
import { type Laboratory, workspaceId } from '../api/laboratory.ts'

const actor = { kind: 'person', subject: 'manager' } as const
const outcomeOf = (error: unknown): string => (error instanceof Refusal ? error.code : 'broken')

const withRack = async (capacity: number): Promise<{ lab: Laboratory; rack: AssetId }> => {
  const { lab, things } = await furnish()
  const body = { name: 'Rack', kind: 'resource', capacity }
  const { body: made } = await send(lab, { ...successOf('createAsset', things), body })
  return { lab, rack: made.id }
}

const book = ({ world }: Laboratory, assetId: AssetId, units: number, from: number, to: number) =>
  bookReservation({ workspaceId, actor, assets: [{ assetId, units }], start: at(from), end: at(to) }, world)

const cancel = ({ world }: Laboratory, { id }: Reservation) =>
  cancelReservation({ workspaceId, id, actor, role: 'manager', note: 'Not needed' }, world)

const setCapacity = ({ world }: Laboratory, id: AssetId, capacity: number) =>
  changeAsset({ workspaceId, id, actor, version: 'any', patch: { capacity } }, world)

/** I1, I13: a brute-force reading of what stands, hour by hour. */
const peakOf = (lab: Laboratory, assetId: AssetId): { peak: number; claims: number } => {
  const documents = [...lab.world.store.everything().documents.values()] as Reservation[]
  const live = documents.filter(({ id, status }) => id?.startsWith('res_') && status === 'confirmed')
  const claims = live.flatMap(({ assets, start, end }) =>
    assets.filter((asset) => asset.assetId === assetId).map(({ units }) => ({ units, start, end })),
  )
  const moments = claims.map(({ start }) => start)
  const peak = Math.max(
    0,
    ...moments.map((moment) =>
      claims.reduce((sum, claim) => (claim.start <= moment && moment < claim.end ? sum + claim.units : sum), 0),
    ),
  )
  return { peak, claims: claims.length }
}

describe('bookings', () => {
  test('many at once: never more units than there are, and as many as fit', async () => {
    const { lab, rack } = await withRack(3)
    const attempts = Array.from({ length: 10 }, () => book(lab, rack, 1, 20, 22).catch(outcomeOf))
    const answers = await Promise.all(attempts)
    expect(answers.filter((answer) => typeof answer !== 'string').length).toBe(3)
    expect(new Set(answers.filter((answer) => typeof answer === 'string'))).toEqual(new Set(['asset_busy']))
    expect(peakOf(lab, rack)).toEqual({ peak: 3, claims: 3 })
  })

  test('any sequence of bookings, cancellations and capacities keeps to the capacity', async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('book' as const),
        units: fc.integer({ min: 1, max: 4 }),
        from: fc.integer({ min: 1, max: 60 }),
        hours: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant('capacity' as const), units: fc.integer({ min: 1, max: 6 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (rounds) => {
        const { lab, rack } = await withRack(4)
        const booked: Reservation[] = []
        for (const round of rounds) {
          // The steps of a round run at the same time.
          const results = await Promise.all(
            round.map(async (action) => {
              const existing = action.kind === 'cancel' ? booked[action.which % Math.max(1, booked.length)] : undefined
              const work =
                action.kind === 'book'
                  ? book(lab, rack, action.units, action.from, action.from + action.hours)
                  : action.kind === 'capacity'
                    ? setCapacity(lab, rack, action.units)
                    : existing
                      ? cancel(lab, existing)
                      : Promise.resolve(undefined)
              return work.catch(outcomeOf)
            }),
          )
          for (const result of results) {
            expect(result).not.toBe('broken')
            if (typeof result === 'object' && 'source' in result && result.status === 'confirmed') booked.push(result)
          }
          const asset = await lab.world.store.get('asset', { workspaceId, id: rack })
          expect(peakOf(lab, rack).peak).toBeLessThanOrEqual(asset?.capacity ?? 0)
        }
      }),
      { numRuns: 60, seed: 20_261_120 },
    )
  })

  test('all or none: one busy asset books none of the others', async () => {
    const { lab, rack } = await withRack(1)
    const path = `/v1/workspaces/${workspaceId}/assets`
    const hood = await send(lab, { method: 'POST', path, as: 'manager', body: { name: 'Hood', kind: 'station' } })
    await book(lab, rack, 1, 20, 22)
    const both = bookReservation(
      {
        workspaceId,
        actor,
        assets: [hood.body.id, rack].map((assetId) => ({ assetId, units: 1 })),
        start: at(21),
        end: at(23),
      },
      lab.world,
    )
    await expect(both).rejects.toMatchObject({ code: 'asset_busy', reasons: [{ path: '/assets/1' }] })
    expect(peakOf(lab, hood.body.id).claims).toBe(0)
  })

  test('cancelling gives the time back, twice is success, and another’s needs the right', async () => {
    const { lab, rack } = await withRack(1)
    const first = await book(lab, rack, 1, 20, 50)
    const other = { kind: 'person', subject: 'scientist' } as const
    const input = { workspaceId, id: first.id, actor: other, role: 'scientist', note: 'Mine now' } as const
    await expect(cancelReservation(input, lab.world)).rejects.toMatchObject({ code: 'forbidden' })
    const cancelled = await cancel(lab, first)
    expect(await cancel(lab, first)).toEqual(cancelled)
    await book(lab, rack, 1, 20, 50)
    const ledger = [...lab.world.store.everything().ledger.entries()].filter(([key]) => key.includes(rack))
    expect(ledger.map(([, { claims }]) => Object.keys(claims).length)).toEqual([1, 1])
  })
})

describe('an asset that is claimed', () => {
  test('keeps the capacity that its bookings need, and says which they are', async () => {
    const { lab, rack } = await withRack(3)
    const first = await book(lab, rack, 1, 20, 22)
    const second = await book(lab, rack, 1, 21, 23)
    await expect(setCapacity(lab, rack, 1)).rejects.toMatchObject({
      code: 'invalid_state',
      reasons: [{ facts: { reservationId: first.id } }, { facts: { reservationId: second.id } }],
    })
    expect((await setCapacity(lab, rack, 2)).capacity).toBe(2)
    await cancel(lab, second)
    expect((await setCapacity(lab, rack, 1)).capacity).toBe(1)
  })

  test('is not retired before the last day of the horizon is free', async () => {
    const { lab, rack } = await withRack(1)
    const far = await book(lab, rack, 1, 90 * 24 - 1, 90 * 24)
    const retire = () =>
      changeAsset({ workspaceId, id: rack, actor, version: 'any', patch: { status: 'retired' } }, lab.world)
    await expect(retire()).rejects.toMatchObject({ code: 'invalid_state' })
    await cancel(lab, far)
    expect((await retire()).status).toBe('retired')
    await expect(book(lab, rack, 1, 20, 21)).rejects.toMatchObject({ code: 'invalid_state' })
  })

  test('a booking that comes in while the capacity is being lowered is seen', async () => {
    const { lab, rack } = await withRack(2)
    await book(lab, rack, 1, 20, 22)
    // Everything has been read and judged; before the transaction, somebody else books.
    let late = true
    const store: typeof lab.world.store = {
      ...lab.world.store,
      commit: async (changes) => {
        if (late) {
          late = false
          await book(lab, rack, 1, 20, 22)
        }
        return lab.world.store.commit(changes)
      },
    }
    const lowering = changeAsset(
      { workspaceId, id: rack, actor, version: 'any', patch: { capacity: 1 } },
      { ...lab.world, store },
    )
    await expect(lowering).rejects.toMatchObject({ code: 'invalid_state' })
    expect(peakOf(lab, rack)).toEqual({ peak: 2, claims: 2 })
  })
})
