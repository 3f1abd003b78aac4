import { expect, test } from 'vitest'
import { enrolAgent } from '#application/agents/enrol-agent.ts'
import { seeAgent } from '#application/agents/see-agent.ts'
import { createLaboratory, noon } from '../api/laboratory.ts'

const polling = async () => {
  const { world, clock } = createLaboratory()
  const actor = { kind: 'person', subject: 'sam' } as const
  const { id } = await enrolAgent({ workspaceId: 'ws_one', actor, name: 'Room' }, world)
  const name = { workspaceId: 'ws_one', agentId: id } as const
  const poll = (session = 'one', software = '1.0') => seeAgent({ ...name, session, software }, world)
  const presence = () => world.store.get('presence', name)
  return { clock, poll, presence, agent: () => world.store.get('agent', { workspaceId: 'ws_one', id }) }
}

test('an agent that was never heard has no presence', async () => {
  const { presence } = await polling()
  expect(await presence()).toBeUndefined()
})

test('an agent that polls every second is written about once a minute, and its own version never changes (I12)', async () => {
  const { clock, poll, presence, agent } = await polling()
  for (let second = 0; second < 180; second++) {
    clock.nowMs = noon + second * 1_000
    await poll()
  }
  expect(await presence()).toMatchObject({ version: 3, lastSeenAt: new Date(noon + 120_000).toISOString() })
  expect(await agent()).toMatchObject({ version: 1 })
})

test('a restart and an update are seen at once', async () => {
  const { poll, presence } = await polling()
  await poll('one', '1.0')
  await poll('two', '1.0')
  expect(await presence()).toMatchObject({ session: 'two' })
  await poll('two', '1.1')
  expect(await presence()).toMatchObject({ software: '1.1' })
})
