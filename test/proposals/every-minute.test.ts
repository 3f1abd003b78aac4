import { expect, test } from 'vitest'
import type { WorkspaceId } from '#domain/ids.ts'
import { eachInTurn, fromAnother } from '../../functions/reactions/every-workspace.ts'

test('every workspace is among the first now and then, whoever takes all of the time before it', () => {
  for (const count of [0, 1, 7, 8, 9, 20, 24, 100]) {
    const all = Array.from({ length: count }, (_, index): WorkspaceId => `ws_${index}`)
    const turns = Array.from({ length: 200 }, (_, minute) => fromAnother(all, 60_000 * minute))
    for (const turn of turns) expect(turn.toSorted()).toEqual(all.toSorted())
    expect(new Set(turns.flatMap((turn) => turn.slice(0, 8))).size, String(count)).toBe(count)
  }
})

test('one of several things that fails keeps none of the others from being done, and is told', async () => {
  const done: string[] = []
  const failing = async () => {
    throw new Error('no mail')
  }
  const work = eachInTurn(failing, async () => void done.push('submitted'))
  await expect(work).rejects.toThrow('no mail')
  expect(done).toEqual(['submitted'])
})
