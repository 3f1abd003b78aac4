import type { Asset } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { readICalendar } from '#domain/calendars/icalendar.ts'
import { notFound } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { personSchema, type TimeOff } from '#domain/people/person.ts'
import { type Problem, type ReadCsv, refuseProblems } from '../common/table.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { addTimeOff, withTimeOff } from './change-person.ts'
import { rowsOf } from './people-rows.ts'

const columns = ['person', 'from', 'to', 'kind', 'note'] as const
export const mostTimeOffRows = 1_000
const schema = personSchema.shape.timeOff.unwrap().element

type TimeOffWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Of = { readonly workspaceId: WorkspaceId; readonly actor: Actor }
export type TimeOffImported = {
  dryRun: boolean
  people: { assetId: AssetId; name: string; added: number }[]
  unchanged: number
  problems: { line: number; code: string; message: string }[]
  /** Events that were not taken over, and why. */
  left: { event: string; why: string }[]
}

/** The same entry has the same id, so that importing it again adds nothing. */
const entryOf = (given: Omit<TimeOff, 'id'>): TimeOff => ({
  id: fingerprint([given.from, given.to, given.kind]),
  ...given,
})

const isThere = ({ person }: Asset, { id }: TimeOff): boolean => person?.timeOff.some((one) => one.id === id) ?? false

const store = async (
  { workspaceId, actor }: Of,
  wanted: ReadonlyMap<Asset, readonly TimeOff[]>,
  dryRun: boolean,
  world: TimeOffWorld,
): Promise<Pick<TimeOffImported, 'people' | 'unchanged'>> => {
  const people: TimeOffImported['people'] = []
  let unchanged = 0
  const freshOf = new Map<Asset, readonly TimeOff[]>()
  for (const [asset, entries] of wanted) {
    const fresh = entries.filter(
      (entry, index) => !isThere(asset, entry) && entries.findIndex(({ id }) => id === entry.id) === index,
    )
    unchanged += entries.length - fresh.length
    freshOf.set(asset, fresh)
    // Before anything is stored: where one person has no room, nobody gets any.
    withTimeOff(asset.person?.timeOff ?? [], fresh, world.clock.now())
  }
  for (const [asset, fresh] of freshOf) {
    if (fresh.length === 0) continue
    if (!dryRun) await addTimeOff({ workspaceId, assetId: asset.id, actor, timeOff: fresh }, world)
    people.push({ assetId: asset.id, name: asset.name, added: fresh.length })
  }
  return { people, unchanged }
}

/**
 * Adds time off as a table says: person (name, id or subject), from, to, kind, note. All of it or nothing; the same table again adds nothing.
 * @throws Refusal `invalid` with every problem by its line, `limit_exceeded`
 */
export const importTimeOffTable = async (
  input: Of & { readonly csv: string; readonly dryRun: boolean },
  world: TimeOffWorld,
  readCsv: ReadCsv,
): Promise<TimeOffImported> => {
  const { workspaceId, csv, dryRun } = input
  const { rows, problems } = rowsOf(csv, mostTimeOffRows, columns, readCsv)
  const people = (await allAssets(workspaceId, world)).filter(
    ({ kind, status }) => kind === 'person' && status !== 'retired',
  )
  const wanted = new Map<Asset, TimeOff[]>()
  for (const { record, line } of rows) {
    const cell = (column: (typeof columns)[number]): string | undefined => record[column]?.trim() || undefined
    const wrong = (code: string, message: string) => void problems.push({ line, code, message } satisfies Problem)
    const who = cell('person') ?? ''
    const found = people.filter(({ id, name, person }) => [id, name, person?.subject].includes(who))
    const [asset] = found
    if (found.length !== 1)
      wrong(
        'unknown-person',
        found.length === 0 ? `there is nobody "${who}"` : `several people are "${who}"; give the id`,
      )
    const from = cell('from')
    const parsed = schema.safeParse({
      id: 'x',
      from,
      to: cell('to') ?? from,
      kind: cell('kind') ?? 'other',
      note: cell('note'),
    })
    for (const { path, message, code } of parsed.error?.issues ?? [])
      wrong(code, `${path.join('.') || 'row'}: ${message}`)
    if (!asset || !parsed.data) continue
    const { id: _none, ...given } = parsed.data
    wanted.set(asset, [...(wanted.get(asset) ?? []), entryOf(given)])
  }
  if (!dryRun) refuseProblems(problems)
  return {
    dryRun,
    ...(await store(input, wanted, dryRun, world)),
    problems: problems.toSorted((a, b) => a.line - b.line),
    left: [],
  }
}

/** Adds the whole days of an iCalendar text to somebody's time off; what lasts for hours only is told and left. @throws Refusal `not_found` */
export const importTimeOffCalendar = async (
  input: Of & {
    readonly assetId: AssetId
    readonly icalendar: string
    readonly kind: TimeOff['kind']
    readonly dryRun: boolean
  },
  world: TimeOffWorld,
): Promise<TimeOffImported> => {
  const { workspaceId, assetId, icalendar, kind, dryRun } = input
  const asset = await world.store.get('asset', { workspaceId, id: assetId })
  if (!asset) throw notFound('person', assetId)
  const { days, closures, left } = readICalendar(icalendar, world.clock.now())
  const entries = days.map(({ from, to = from, note }) =>
    entryOf({ from, to, kind, ...(note !== undefined && { note }) }),
  )
  return {
    dryRun,
    ...(await store(input, new Map([[asset, entries]]), dryRun, world)),
    problems: [],
    left: [
      ...left,
      ...closures.map(({ start, end, note }) => ({
        event: note ?? 'an event',
        why: `it is not of whole days (${start} to ${end}); change the working hours of that day instead`,
      })),
    ].slice(0, 200),
  }
}
