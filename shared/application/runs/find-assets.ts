import { type Asset, mayStart } from '#domain/assets/asset.ts'
import type { AgentId, AssetId, WorkspaceId } from '#domain/ids.ts'
import type { Requirement } from '#domain/protocols/protocol.ts'
import { type AssetLedger, footprint, type Holder, judgeActivation } from '#domain/reservations/ledger.ts'
import type { World } from '../world.ts'

export type Chosen = { readonly asset: Asset; readonly units: number; readonly ledger: AssetLedger }

export type Found =
  | { readonly kind: 'free'; readonly chosen: readonly Chosen[]; readonly agentId: AgentId }
  | {
      readonly kind: 'busy'
      readonly message: string
      readonly holders: readonly Holder[]
      readonly nextFreeMs: number
    }
  | { readonly kind: 'impossible'; readonly reason: 'asset-unavailable' | 'no-agent'; readonly message: string }

/** Candidates for each requirement, in the order in which they are tried. */
const candidatesOf = async (
  workspaceId: WorkspaceId,
  requirements: readonly Requirement[],
  world: Pick<World, 'store'>,
): Promise<(readonly Asset[])[]> => {
  const named = requirements.flatMap((need) => ('assetId' in need ? [{ workspaceId, id: need.assetId }] : []))
  const byId = new Map(
    (await world.store.getMany('asset', named)).flatMap((asset) => (asset ? [[asset.id, asset]] : [])),
  )
  const all: Asset[] = []
  if (named.length < requirements.length) {
    let cursor: string | undefined
    do {
      const page = await world.store.list('asset', workspaceId, { limit: 100, cursor })
      all.push(...page.items)
      cursor = page.next
    } while (cursor !== undefined)
  }
  return requirements.map((need) => {
    if (!('assetId' in need)) return all.filter((asset) => asset.capabilities.includes(need.capability))
    const asset = byId.get(need.assetId)
    return asset ? [asset] : []
  })
}

const describe = (need: Requirement): string =>
  'assetId' in need ? `asset ${need.assetId}` : `an asset with "${need.capability}"`

/**
 * Chooses an asset for every requirement that could start now: by id, or the first free one with the capability. Units
 * asked twice of one asset add up. Reads only; the caller's transaction checks that what was read still holds.
 */
export const findAssets = async (
  workspaceId: WorkspaceId,
  requirements: readonly Requirement[],
  durationMs: number,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Found> => {
  const nowMs = world.clock.now()
  const span = { startMs: nowMs, endMs: nowMs + durationMs }
  const candidates = await candidatesOf(workspaceId, requirements, world)
  const wanted = [...new Map(candidates.flat().map((asset) => [asset.id, asset])).values()].filter(mayStart)
  const days = footprint(span)
  const ledgers = new Map(
    (
      await world.store.ledger(
        workspaceId,
        wanted.map((asset) => ({ assetId: asset.id, days })),
      )
    ).map((l) => [l.assetId, l]),
  )
  const chosen = new Map<AssetId, Chosen>()
  let busy: Extract<Found, { kind: 'busy' }> | undefined

  for (const [index, need] of requirements.entries()) {
    const able = (candidates[index] ?? []).filter((asset) => mayStart(asset) && asset.capacity >= need.units)
    if (able.length === 0)
      return {
        kind: 'impossible',
        reason: 'asset-unavailable',
        message: `There is no available asset for ${describe(need)} with ${need.units} unit(s): ${
          (candidates[index] ?? []).map((a) => `${a.name} is ${a.status}, capacity ${a.capacity}`).join('; ') ||
          'none exists'
        }.`,
      }
    const free = able.find((asset) => {
      const ledger = ledgers.get(asset.id)
      const units = need.units + (chosen.get(asset.id)?.units ?? 0)
      return ledger && judgeActivation(ledger, asset.capacity, { ...span, units }, nowMs).free
    })
    const ledger = free && ledgers.get(free.id)
    if (free && ledger) {
      chosen.set(free.id, { asset: free, units: need.units + (chosen.get(free.id)?.units ?? 0), ledger })
      continue
    }
    const verdicts = able.flatMap((asset) => {
      const read = ledgers.get(asset.id)
      const verdict = read && judgeActivation(read, asset.capacity, { ...span, units: need.units }, nowMs)
      return verdict && !verdict.free ? [verdict] : []
    })
    const nextFreeMs = Math.min(...verdicts.map((verdict) => verdict.nextFreeMs), nowMs + 7 * 86_400_000)
    busy ??= {
      kind: 'busy',
      message: `${able.map((asset) => asset.name).join(', ')}: not free for ${need.units} unit(s).`,
      holders: verdicts.flatMap((verdict) => verdict.holders),
      nextFreeMs,
    }
  }
  if (busy) return busy
  const driver = [...chosen.values()].find(({ asset }) => asset.kind === 'machine' && asset.agentId !== undefined)
  if (!driver?.asset.agentId)
    return {
      kind: 'impossible',
      reason: 'no-agent',
      message:
        'None of the required assets is a machine with an agent, so nothing can drive it. Set agentId on the machine.',
    }
  return { kind: 'free', chosen: [...chosen.values()], agentId: driver.asset.agentId }
}
