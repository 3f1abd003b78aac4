import { describe, expect, test } from 'vitest'
import { resumeCommits } from '#application/plans/resume-commits.ts'
import { lookAfterProposals } from '#application/proposals/look-after-proposals.ts'
import { foldEntries } from '#domain/audit/entry.ts'
import { workspaceId } from '../api/laboratory.ts'
import { dyingAt } from '../plans/dying.ts'
import { at, type Bench, copyOf, givesUp, moved, openBench, proposed, takingFrom } from './bench.ts'

const never = (): boolean => false

/** An assignment with everything: what makes way, what gives up its slot, a companion, and one that does not fit any more. */
const openAnew = async () => {
  const bench = await openBench()
  const [star, , reader] = bench.assets
  const away = await bench.placed('Away', 10)
  const out = await bench.placed('Out', 12)
  const urgent = await bench.order('Urgent', { durationMinutes: 180 })
  const visit = { requirements: [{ capability: 'reading' }], protocolId: undefined }
  const child = await bench.order('Visit', { ...visit, follows: { orderId: urgent, maxMinutes: 120 } })
  const taken = await bench.order('Taken')
  await bench.placed('First come', 40)
  const items = [
    proposed(child, reader, at(14), { follows: urgent as `ord_${string}` }),
    proposed(taken, star, at(40)),
    proposed(urgent, star, at(10), { end: at(13), ...takingFrom(away.orderId, out.orderId) }),
    moved(away, at(20), urgent),
  ]
  const plan = await bench.assignment(items, [givesUp(out, urgent)])
  await bench.call('createConnector', {}, { body: { name: 'Theirs', url: 'https://their.system.org/' } })
  const expected = {
    [urgent]: 'submitted',
    [child]: 'submitted',
    [away.orderId]: 'submitted',
    [out.orderId]: 'submitted',
    [taken]: 'failed',
  }
  return { bench, plan, expected, away, out, urgent, child }
}

let sample: ReturnType<typeof openAnew> | undefined
const opened = async () => {
  sample ??= openAnew()
  const all = await sample
  return { ...all, bench: copyOf(all.bench) }
}

const told = async (
  { bench, plan, expected, away, out, urgent, child }: Awaited<ReturnType<typeof opened>>,
  say: string,
) => {
  expect(await bench.statuses(plan.id), say).toEqual(expected)
  const places = (await bench.live()).map(({ orderId, start }) => `${orderId} ${start}`)
  expect(places, say).toEqual(
    expect.arrayContaining([`${urgent} ${at(10)}`, `${child} ${at(14)}`, `${away.orderId} ${at(20)}`]),
  )
  expect(places).toHaveLength(4)
  for (const { orderId } of [away, out])
    expect((await bench.call('getOrder', { orderId })).body.timesBumped, say).toBe(1)
  const { documents, audit } = bench.lab.world.store.everything()
  for (const [key, value] of documents)
    if (key.startsWith('proposal/'))
      expect(foldEntries(audit.get(`${workspaceId}/${(value as { id: string }).id}`) ?? []), say).toEqual(value)
}

/** Time passes, and what looks after it does so. */
const timePasses = async (bench: Bench) => {
  for (const minutes of [1, 6, 1, 6, 1]) {
    bench.lab.clock.nowMs += minutes * 60_000
    await resumeCommits(workspaceId, bench.lab.world, never)
    await lookAfterProposals(workspaceId, bench.lab.world, never)
  }
}

describe('an approval that dies at any of its writes', () => {
  test('goes on where it stopped when it is asked for again', async () => {
    for (let write = 1; ; write += 1) {
      const all = await opened()
      const { bench, plan } = all
      const died = await dyingAt(bench.lab, write, () => bench.approve(plan.id))
      await bench.approve(plan.id)
      await bench.approve(plan.id)
      await timePasses(bench)
      await told(all, `died at write ${write}`)
      if (!died) return expect(write).toBeGreaterThan(10)
    }
  })

  test('goes on by itself once the decision is written down', async () => {
    for (let write = 2; ; write += 1) {
      const all = await opened()
      const { bench, plan } = all
      const died = await dyingAt(bench.lab, write, () => bench.approve(plan.id))
      const isDecided = Object.values(await bench.statuses(plan.id)).some(
        (status) => status !== 'proposed' && status !== 'unassigned',
      )
      if (!isDecided) continue
      await timePasses(bench)
      await told(all, `died at write ${write}`)
      if (!died) return expect(write).toBeGreaterThan(10)
    }
  })

  test('also when it dies while it is looked after', async () => {
    for (let write = 1; ; write += 1) {
      const all = await opened()
      const { bench, plan } = all
      await bench.approve(plan.id)
      bench.lab.clock.nowMs += 60_000
      const died = await dyingAt(bench.lab, write, () => lookAfterProposals(workspaceId, bench.lab.world, never))
      await timePasses(bench)
      await told(all, `died at write ${write}`)
      if (!died) return expect(write).toBeGreaterThan(7)
    }
  })
})

test('a rejection that dies at any of its writes is gone on with when it is asked for again', async () => {
  for (let write = 1; ; write += 1) {
    const { bench, plan, away, out } = await opened()
    const died = await dyingAt(bench.lab, write, () => bench.reject(plan.id))
    await bench.reject(plan.id)
    const left = Object.entries(await bench.statuses(plan.id)).filter(([, status]) => status !== 'rejected')
    expect(
      left.filter(([id]) => id !== out.orderId),
      `died at write ${write}`,
    ).toEqual([])
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    expect((await bench.live()).map(({ id }) => id)).toEqual(expect.arrayContaining([away.id, out.id]))
    if (!died) return expect(write).toBeGreaterThan(1)
  }
})
