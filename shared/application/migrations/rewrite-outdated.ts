import type { Change, World } from '../world.ts'
import type { Migration } from './migration.ts'

/** Small enough for one transaction, whatever is in them. */
const perPage = 25

/**
 * What is stored in an older shape is stored in today's, under the version that it has. Raise the number of the shape in the
 * codec, and add this again under the next number.
 */
export const rewriteOutdated = (number: number, shape: number): Migration<Pick<World, 'shapes'>> => ({
  number,
  name: `shape-${shape}`,
  what: `Documents that are stored in an older shape are stored in shape ${shape}; what they say stays the same`,
  step: async ({ workspaceId, cursor }, { shapes }) => {
    const { items, next } = await shapes.outdated(workspaceId, { limit: perPage, cursor })
    return {
      changes: items.map((item) => ({ type: 'put', ...item, expect: item.value.version }) as Change),
      counts: { rewritten: items.length },
      ...(next !== undefined && { next }),
    }
  },
})
