import { expect, test } from 'vitest'
import { importReservations } from '#application/reservations/import-reservations.ts'
import { at, boss, createCalendarLab, workspaceId } from './bench-lab.ts'

const importing = async () => {
  const lab = await createCalendarLab()
  const id = await lab.asset({ bookingRules: { maximumMinutes: 30 } })
  const line = (subject: string, from: number, to: number) => ({
    subject,
    assets: [{ assetId: id, units: 1 }],
    start: at(from),
    end: at(to),
  })
  const run = (bookings: ReturnType<typeof line>[], more: { dryRun?: boolean; force?: boolean } = {}) =>
    importReservations(
      { workspaceId, actor: boss, role: 'manager', bookings, dryRun: false, force: false, ...more },
      lab.world,
    )
  const all = async () => (await lab.world.store.list('reservation', workspaceId, { limit: 50 })).items
  return { ...lab, id, line, run, all }
}

test('bookings come over as theirs, by whoever imported them, and once however often', async () => {
  const { line, run, all } = await importing()
  const file = [line('kim', 2, 4), line('lee', 4, 5)]
  expect((await run(file)).booked.map(({ line: number }) => number)).toEqual([1, 2])
  await run(file)
  const stored = (await all()).toSorted((a, b) => (a.start < b.start ? -1 : 1))
  expect(stored).toMatchObject([
    { source: { subject: 'kim' }, createdBy: 'boss', overrides: [{ codes: ['too-long'], by: 'boss' }] },
    { source: { subject: 'lee' }, createdBy: 'boss' },
  ])
  expect(await all()).toHaveLength(2)
})

test('one line that cannot be imports nothing, and a dry run tells all of them', async () => {
  const { line, run, all, book, id } = await importing()
  await book('ops', id, 2, 2.5)
  const file = [line('kim', 6, 7), line('nobody', 8, 9), line('lee', 2, 3), line('lee', 9, 8)]
  const { problems } = await run(file, { dryRun: true })
  expect(problems.map(({ line: number, code }) => [number, code])).toEqual([
    [2, 'unknown-member'],
    [3, 'asset-busy'],
    [4, 'empty-interval'],
  ])
  await expect(run(file)).rejects.toMatchObject({ code: 'invalid', reasons: [{ facts: { line: 2 } }, {}, {}] })
  expect(await all()).toHaveLength(1)
})

test('by force what collides comes over too, as a conflict from the first moment', async () => {
  const { line, run, book, id, world } = await importing()
  const there = await book('ops', id, 2, 2.5)
  const { booked } = await run([line('kim', 2, 3)], { force: true })
  const { items } = await world.store.openConflicts(workspaceId, { limit: 5 })
  expect(items).toMatchObject([{ type: 'double-booked', reservationIds: [booked[0]?.reservationId, there.id] }])
})
