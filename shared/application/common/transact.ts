import { Refusal } from '#domain/errors.ts'
import type { Change, World } from '../world.ts'

/**
 * How often a decision is taken again because others changed what it rested on. Each time one of them got on, so a few dozen
 * that want the same thing at the same moment are all served.
 */
const tries = 40

/**
 * Read, decide, commit; where another writer was faster, again. `decide` reads afresh each time and answers with the
 * changes to make and the result to give; no changes means that there is nothing to do, which is success.
 * @throws Refusal `contended` when others were faster every time.
 */
export const transact = async <Result>(
  world: Pick<World, 'store'>,
  decide: () => Promise<{ readonly changes: readonly Change[]; readonly result: Result }>,
): Promise<Result> => {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const { changes, result } = await decide()
    if (changes.length === 0) return result
    const committed = await world.store.commit(changes)
    if (committed.committed) return result
  }
  throw new Refusal(
    'contended',
    `Others changed the same things ${tries} times in a row. Nothing was changed; try again.`,
  )
}
