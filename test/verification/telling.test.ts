/** Who is told of a verification, and how urgently. */
import { beforeEach, describe, expect, test } from 'vitest'
import { newsOfEntry } from '#application/notifications/news.ts'
import { verifyWhenDue } from '#application/verification/verify-workspace.ts'
import { render } from '#domain/notifications/render.ts'
import { isWanted, subscriptionSchema } from '#domain/notifications/subscription.ts'
import { documentOf } from '../adapters/documents.ts'
import { workspaceId } from '../api/laboratory.ts'
import { type Bench, openBench } from '../roster/bench.ts'

const six = Date.parse('2026-11-23T06:00:00+01:00')
let bench: Bench
beforeEach(async () => {
  bench = await openBench()
  await bench.call('changeRosterSettings', {}, { body: { verification: { timeZone: 'Europe/Berlin' } } })
})
const due = () => verifyWhenDue(workspaceId, bench.lab.world)
const order = async (more: object) => {
  const assetId = await bench.person('Ada')
  await bench.call(
    'createOrder',
    {},
    { body: { name: 'Plate 7', durationMinutes: 60, requirements: [{ assetId }], ...more } },
  )
}

describe('people are told', () => {
  const told = async () => {
    const { items } = await bench.lab.world.store.history(workspaceId, 'ver_2026-11-23', {
      limit: 10,
      newestFirst: true,
    })
    return items[0] && (await newsOfEntry(items[0], bench.lab.world))
  }
  const wants = (minimumSeverity: string) =>
    subscriptionSchema.parse({
      ...documentOf('subscription', workspaceId, 'a'),
      events: ['verification.found'],
      scheduleIds: undefined,
      assetIds: undefined,
      minimumSeverity,
    })

  test.each([
    ['2026-11-23T12:00:00+01:00', 'error', ['info', 'warning', 'error']],
    ['2026-11-25T12:00:00+01:00', 'warning', ['info', 'warning']],
  ])('due %s: as urgent as the worst, with the first of it', async (dueAt, severity, heardBy) => {
    await order({ due: dueAt })
    bench.lab.clock.nowMs = six
    await due()
    const news = await told()
    expect(news?.news).toMatchObject({ event: 'verification.found', severity })
    expect(news?.news.facts.message).toContain('"Plate 7"')
    expect(news?.news.about).toEqual(['ver_2026-11-23'])
    const heard = ['info', 'warning', 'error'].filter((least) => news && isWanted(wants(least), news.concerns))
    expect(heard).toEqual(heardBy)
    for (const [locale, subject] of [
      ['en', 'the coming days'],
      ['de', 'die kommenden Tage'],
    ] as const) {
      const reader = { locale, timeZone: 'Europe/Berlin', contact: 'Kim', workspace: 'Rostered' }
      const message = news && render([news.news], reader)
      expect(message?.subject).toContain(subject)
      expect(message?.text).toContain('ver_2026-11-23')
    }
  })

  test('of nothing where nothing is open, or somebody asked themselves', async () => {
    bench.lab.clock.nowMs = six
    await due()
    expect(await told()).toBeUndefined()
    await order({ due: '2026-11-23T12:00:00+01:00' })
    expect((await bench.call('verifyNow', {}, { body: {} })).body.findings).toHaveLength(1)
    expect(await told()).toBeUndefined()
  })
})
