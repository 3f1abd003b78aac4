/** A function dies right after what it wrote was committed, is told that it was not, or is throttled. Every run ends exactly once (I5). */
import { expect, test } from 'vitest'
import type { Fault } from '#local/cloud-controls.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop()

const effects = ['crash-after-commit', 'fail-after-commit', 'throttle'] as const
const cases = (['prepare', 'drive', 'agents', 'finish'] as const).flatMap((name) =>
  effects.map((kind) => ({ name, kind })),
)

test.for(cases)('$name, $kind', async ({ name, kind }) => {
  const at = await bench()
  at.agent.start()
  const protocolId = await at.protocol('crashing', await at.asset('Reader'))
  at.release('crashing')
  const fault: Fault = {
    function: name,
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    effect: { kind },
  }
  const injected = laboratory().cloud.faults.inject(fault)
  const { body } = await at.api.call('startRun', { params: at.params, body: { protocolId } })
  const end = await at.ended(body.id)
  injected.remove()
  expect(injected.struck()).toBe(1)
  expect(end).toMatchObject({ outcome: 'succeeded' })
  const actions = await at.actions(body.id)
  expect(actions.filter((action) => action === 'run.ended' || action === 'run.succeeded')).toHaveLength(1)
  expect(new Set(actions).size).toBe(actions.length)
  expect(at.drives('crashing')).toHaveLength(1)
  expect(await at.reservationsOf(body.id)).toEqual(['released'])
})
