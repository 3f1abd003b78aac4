import { termsOf } from '#domain/assets/asset-type.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { localDay } from '#domain/people/presence.ts'
import { mondayOf, type Thresholds, type WeekOfWork, weekAfter, workloadOf } from '#domain/people/workload.ts'
import { type Day, dayMs } from '#domain/time.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { readWork } from './read-work.ts'
import { rosterSettingsOf } from './roster-settings.ts'

export type PersonWorkload = { readonly assetId: AssetId; readonly name: string; readonly weeks: WeekOfWork[] }

/** Local days begin at most so long before and after their UTC namesakes. */
const zonesMs = dayMs

/**
 * What everybody has in some weeks, each from Monday by the zone of their working hours. Requests grow with the days asked for, and
 * with what was reserved in them.
 */
export const readWorkload = async (
  of: { readonly workspaceId: WorkspaceId; readonly from?: Day | undefined; readonly weeks: number },
  world: Pick<World, 'store' | 'clock'>,
): Promise<{ readonly thresholds: Thresholds; readonly people: PersonWorkload[] }> => {
  const { workspaceId, weeks } = of
  const first = mondayOf(of.from ?? localDay('UTC', world.clock.now()))
  const mondays: Day[] = [first]
  for (let monday = first; mondays.length < weeks; mondays.push(monday)) monday = weekAfter(monday)
  const startMs = Date.parse(`${first}T00:00:00Z`)
  const [assets, rulebook, { workload: thresholds }] = await Promise.all([
    allAssets(workspaceId, world),
    world.store.rulebook(workspaceId),
    rosterSettingsOf(workspaceId, world),
  ])
  const people = assets.filter(({ kind, status }) => kind === 'person' && status !== 'retired')
  const span = { startMs: startMs - zonesMs, endMs: startMs + weeks * 7 * dayMs + zonesMs }
  const work = await readWork({ workspaceId, span, assets: new Set(people.map(({ id }) => id)) }, world)
  const byAsset = Map.groupBy(work, ({ assetId }) => assetId)
  return {
    thresholds,
    people: people
      .map((asset) => {
        const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
        const { openingHours } = termsOf(asset, type)
        const mine = { person: asset.person, openingHours, work: byAsset.get(asset.id) ?? [] }
        return { assetId: asset.id, name: asset.name, weeks: workloadOf(mine, mondays, thresholds) }
      })
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  }
}
