import type { WorkspaceId } from '#domain/ids.ts'
import { type MigrationState, mostProblems } from '#domain/migrations/migration.ts'
import type { Instant } from '#domain/time.ts'
import type { Change, World } from '../world.ts'
import type { Migration, Step } from './migration.ts'

type Named = Pick<Migration, 'number' | 'name'>

/** What is recorded as having done it. */
const software = 'benchtime 1'

const idOf = ({ number }: Named): string => String(number).padStart(4, '0')

/** How far a migration is; undefined where nobody has looked yet. */
export const recordedState = (
  workspaceId: WorkspaceId,
  migration: Named,
  world: Pick<World, 'store'>,
): Promise<MigrationState | undefined> => world.store.get('migrationState', { workspaceId, id: idOf(migration) })

/** One that has not begun. */
export const waitingState = (workspaceId: WorkspaceId, migration: Named): MigrationState => ({
  workspaceId,
  id: idOf(migration),
  number: migration.number,
  name: migration.name,
  status: 'waiting',
  counts: {},
  problems: [],
  version: 0,
})

/** Stores a state over the one that was read. */
export const stateChange = (read: MigrationState | undefined, state: MigrationState): Change => ({
  type: 'put',
  kind: 'migrationState',
  value: { ...state, version: (read?.version ?? 0) + 1 },
  expect: read?.version ?? 'absent',
})

const summed = (a: MigrationState['counts'], b: Step['counts']): MigrationState['counts'] => {
  const sums = { ...a }
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count
  return sums
}

/** The state after one more page. */
export const advanced = (state: MigrationState, step: Step, at: Instant): MigrationState => {
  const { cursor: _cursor, ...rest } = state
  return {
    ...rest,
    status: step.next === undefined ? 'done' : 'running',
    counts: summed(state.counts, step.counts),
    problems: [...state.problems, ...(step.problems ?? [])].slice(0, mostProblems),
    startedAt: state.startedAt ?? at,
    software,
    ...(step.next === undefined ? { doneAt: at } : { cursor: step.next }),
  }
}
