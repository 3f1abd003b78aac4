import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Run } from '#domain/runs/run.ts'
import { hours, instantOf, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** A span of time that is looked at, and whether all of it was. */
export type Looked = { readonly from: string; readonly to: string; readonly truncated: boolean }

/** Runs looked at for one answer: enough for a busy day, and the same effort however much history there is. */
const mostRuns = 2_000
const longestMs = hours(31 * 24)

/**
 * The runs that were due in a span of time, newest first; a day up to now, where nothing is said.
 * @throws Refusal `invalid` where the span is empty or longer than 31 days
 */
export const recentRuns = async (
  input: { readonly workspaceId: WorkspaceId; readonly from?: string | undefined; readonly to?: string | undefined },
  world: Pick<World, 'store' | 'clock'>,
): Promise<{ runs: Run[]; looked: Looked }> => {
  const toMs = input.to === undefined ? world.clock.now() : msOf(input.to)
  const fromMs = input.from === undefined ? toMs - hours(24) : msOf(input.from)
  if (toMs <= fromMs || toMs - fromMs > longestMs)
    throw new Refusal('invalid', 'The span must end after it starts, and be at most 31 days long.', {
      reasons: [
        { code: 'bad-window', message: `from ${instantOf(fromMs)} to ${instantOf(toMs)}`, path: '/query/from' },
      ],
    })
  const runs: Run[] = []
  let cursor: string | undefined
  let over = false
  do {
    const page = await world.store.runsBetween(
      input.workspaceId,
      { limit: 100, cursor, newestFirst: true },
      fromMs,
      toMs,
    )
    runs.push(...page.items)
    cursor = page.next
    over = runs.length >= mostRuns
  } while (cursor !== undefined && !over)
  return { runs, looked: { from: instantOf(fromMs), to: instantOf(toMs), truncated: over && cursor !== undefined } }
}
