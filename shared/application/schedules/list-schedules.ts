import type { AssetId, ProtocolId, WorkspaceId } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { Page, World } from '../world.ts'

/** Which schedules are meant; what is left out does not matter. */
export type ScheduleFilter = {
  readonly status?: Schedule['status'] | undefined
  readonly assetId?: AssetId | undefined
  readonly protocolId?: ProtocolId | undefined
  readonly tag?: string | undefined
  /** Subject of the person who made it. */
  readonly owner?: string | undefined
  /** Part of the name, of the external name or of a tag, in any case. */
  readonly text?: string | undefined
}

export type ScheduleQuery = ScheduleFilter & {
  readonly archived?: boolean | undefined
  /** Its next run lies between these moments, both included. */
  readonly nextFrom?: string | undefined
  readonly nextTo?: string | undefined
  readonly sort: 'created' | '-created' | 'next'
  readonly limit: number
  readonly cursor?: string | undefined
}

type Reader = Pick<World, 'store'>

/** Schedules looked at for one page, whatever is found: so a page costs the same among ten schedules and among 100,000. */
const mostLooked = 500

const contains = (schedule: Schedule, text: string): boolean => {
  const wanted = text.toLowerCase()
  return [schedule.name, schedule.externalName ?? '', ...schedule.tags].some((each) =>
    each.toLowerCase().includes(wanted),
  )
}

/** The protocols among these that need an asset by its id. */
const protocolsOn = async (
  workspaceId: WorkspaceId,
  assetId: AssetId,
  schedules: readonly Schedule[],
  world: Reader,
): Promise<ReadonlySet<ProtocolId>> => {
  const ids = [...new Set(schedules.map(({ protocolId }) => protocolId))]
  const protocols = await world.store.getMany(
    'protocol',
    ids.map((id) => ({ workspaceId, id })),
  )
  const needs = ({ requirements }: Protocol): boolean =>
    requirements.some((need) => 'assetId' in need && need.assetId === assetId)
  return new Set(protocols.flatMap((protocol) => (protocol && needs(protocol) ? [protocol.id] : [])))
}

/** Those of some schedules that a filter means. */
export const matching = async (
  workspaceId: WorkspaceId,
  schedules: readonly Schedule[],
  filter: ScheduleFilter,
  world: Reader,
): Promise<Schedule[]> => {
  const { status, assetId, protocolId, tag, owner, text } = filter
  const found = schedules.filter(
    (schedule) =>
      (status === undefined || schedule.status === status) &&
      (protocolId === undefined || schedule.protocolId === protocolId) &&
      (tag === undefined || schedule.tags.includes(tag)) &&
      (owner === undefined || schedule.createdBy === owner) &&
      (text === undefined || contains(schedule, text)),
  )
  if (assetId === undefined) return found
  const protocols = await protocolsOn(workspaceId, assetId, found, world)
  return found.filter((schedule) => protocols.has(schedule.protocolId))
}

/** One page of where the schedules come from, in the order that is asked for. */
const sourcePage = async (
  workspaceId: WorkspaceId,
  query: ScheduleQuery,
  page: { limit: number; cursor?: string | undefined },
  world: Reader,
): Promise<Page<Schedule>> => {
  const { sort, nextFrom, nextTo } = query
  if (sort !== 'next' && nextFrom === undefined && nextTo === undefined)
    return world.store.list('schedule', workspaceId, { ...page, newestFirst: sort === '-created' })
  // A bound after any schedule of that moment.
  const to = nextTo === undefined ? undefined : `${nextTo}#~`
  const armings = await world.store.nextArmings(workspaceId, page, { from: nextFrom, to })
  const keys = armings.items.map(({ scheduleId }) => ({ workspaceId, id: scheduleId }))
  const schedules = await world.store.getMany('schedule', keys)
  const items = schedules.flatMap((schedule) => schedule ?? [])
  return { items, ...(armings.next !== undefined && { next: armings.next }) }
}

/**
 * A page of schedules. What does not match is looked at and left out, at most 500 of them; so a page may hold fewer items than
 * were asked for, and `next` tells that there may be more.
 */
export const listSchedules = async (
  input: { readonly workspaceId: WorkspaceId; readonly query: ScheduleQuery },
  world: Reader,
): Promise<Page<Schedule>> => {
  const { workspaceId, query } = input
  const items: Schedule[] = []
  let { cursor } = query
  for (let looked = 0; looked < mostLooked; ) {
    const limit = Math.min(100, query.limit - items.length)
    const page = await sourcePage(workspaceId, query, { limit, cursor }, world)
    const shown = page.items.filter(
      ({ status }) => query.archived === true || query.status === 'archived' || status !== 'archived',
    )
    items.push(...(await matching(workspaceId, shown, query, world)))
    looked += limit
    cursor = page.next
    if (cursor === undefined) return { items }
    if (items.length >= query.limit) break
  }
  return { items, ...(cursor !== undefined && { next: cursor }) }
}
