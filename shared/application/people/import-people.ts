import { type Asset, assetSchema } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { emptyPerson, type Person, personSchema } from '#domain/people/person.ts'
import { readQualifications, readWorkingHours } from '#domain/people/working-hours.ts'
import { apart } from '../common/apart.ts'
import { changeDocument, createDocument, made, touched } from '../common/change-document.ts'
import { type Problem, type ReadCsv, refuseProblems } from '../common/table.ts'
import { detectAllConflicts } from '../conflicts/detect-conflicts.ts'
import { settleConflicts } from '../conflicts/settle-conflicts.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { rowsOf } from './people-rows.ts'

const columns = ['name', 'subject', 'qualifications', 'lastDay', 'timeZone', 'hours', 'location', 'tags'] as const
export const mostPeople = 200

/** What a row says; what a cell leaves empty is left as it is. */
type Wanted = Partial<Pick<Asset, 'openingHours' | 'location' | 'tags'>> &
  Pick<Asset, 'name'> & { readonly person: Partial<Person> }

export type PeopleImported = {
  dryRun: boolean
  created: { line: number; name: string; assetId?: AssetId }[]
  changed: { line: number; name: string; assetId: AssetId }[]
  unchanged: number
  problems: { line: number; code: string; message: string }[]
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const kept = <T extends object>(of: T): Given<T> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Given<T>
const only = <T extends object>(of: T, names: readonly string[]): Partial<T> =>
  Object.fromEntries(Object.entries(of).filter(([name]) => names.includes(name))) as Partial<T>

const fields = assetSchema.pick({ name: true, openingHours: true, location: true, tags: true }).partial()

const read = (record: Readonly<Record<string, string>>, line: number): { wanted?: Wanted; problems: Problem[] } => {
  const cell = (column: (typeof columns)[number]): string | undefined => record[column]?.trim() || undefined
  const problems: Problem[] = []
  const wrong = (code: string, message: string) => void problems.push({ line, code, message })
  const [hours, zone, qualifications] = [cell('hours'), cell('timeZone'), cell('qualifications')]
  const week = hours === undefined ? undefined : readWorkingHours(hours)
  if (hours !== undefined && week === undefined)
    wrong('not-hours', `hours: expected "mon-fri 09:00-17:00; sat 10:00-12:00", not "${hours.slice(0, 60)}"`)
  if ((hours === undefined) !== (zone === undefined)) wrong('half-of-hours', 'hours and timeZone go together')
  if (cell('name') === undefined) wrong('no-name', 'a row has a name')
  const asset = fields.safeParse({
    name: cell('name'),
    location: cell('location'),
    ...(cell('tags') !== undefined && {
      tags: cell('tags')
        ?.split(';')
        .map((tag) => tag.trim()),
    }),
    ...(week && zone !== undefined && { openingHours: { timeZone: zone, week } }),
  })
  const said = {
    subject: cell('subject'),
    lastDay: cell('lastDay'),
    qualifications: qualifications === undefined ? undefined : readQualifications(qualifications),
  }
  const person = personSchema.safeParse(kept(said))
  for (const { error } of [asset, person])
    for (const { path, message, code } of error?.issues ?? []) wrong(code, `${path.join('.')}: ${message}`)
  const { name, ...rest } = asset.data ?? {}
  return problems.length > 0 || name === undefined || !person.data
    ? { problems }
    : { wanted: { name, ...kept(rest), person: only(person.data, Object.keys(kept(said))) }, problems }
}

const laidOver = (asset: Asset, { person, ...rest }: Wanted): Asset => ({
  ...asset,
  ...rest,
  person: { ...emptyPerson, ...asset.person, ...person },
})
const isSame = (a: Asset, b: Asset): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * What people were given already may not fit their new hours, qualifications and last days. All of them are looked at together, for two
 * weeks ahead; what lies further, and what fails here, the sweeper finds.
 */
const lookAfter = async (
  workspaceId: WorkspaceId,
  { changed }: PeopleImported,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> => {
  const ignore = () => undefined
  const assetIds = changed.map(({ assetId }) => assetId)
  await apart(workspaceId, () => detectAllConflicts(workspaceId, world), ignore)
  await apart(workspaceId, () => settleConflicts({ workspaceId, assetIds }, world), ignore)
}

/**
 * Makes and changes people as a table says, by their names. Everything is looked at first, and where one line is wrong nothing is
 * done. Importing a table again changes nothing. @throws Refusal `invalid` with every problem by its line, `limit_exceeded`
 */
export const importPeople = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly csv: string; readonly dryRun: boolean },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  readCsv: ReadCsv,
): Promise<PeopleImported> => {
  const { workspaceId, actor, dryRun } = input
  const { rows, problems } = rowsOf(input.csv, mostPeople, columns, readCsv)
  const assets = (await allAssets(workspaceId, world)).filter(({ status }) => status !== 'retired')
  const seen = new Map<string, number>()
  const steps = rows.flatMap(({ record, line }) => {
    const { wanted, problems: own } = read(record, line)
    problems.push(...own)
    if (!wanted) return []
    const before = seen.get(wanted.name)
    if (before !== undefined)
      problems.push({ line, code: 'twice', message: `"${wanted.name}" stands on line ${before}` })
    seen.set(wanted.name, line)
    const [asset, ...others] = assets.filter(({ name }) => name === wanted.name)
    if (others.length > 0)
      problems.push({ line, code: 'ambiguous', message: `several assets are called "${wanted.name}"` })
    if (asset && asset.kind !== 'person')
      problems.push({ line, code: 'kind', message: `"${asset.name}" is a ${asset.kind}, not a person` })
    return [{ line, wanted, asset }]
  })
  if (!dryRun) refuseProblems(problems)
  const told: PeopleImported = {
    dryRun,
    created: [],
    changed: [],
    unchanged: 0,
    problems: problems.toSorted((a, b) => a.line - b.line),
  }
  for (const { line, wanted, asset } of steps) {
    const { name, person, ...rest } = wanted
    if (!asset) {
      const value: Asset = {
        workspaceId,
        id: `ast_${world.ids.unique()}`,
        kind: 'person',
        capacity: 1,
        capabilities: [],
        tags: [],
        status: 'available',
        name,
        ...rest,
        person: { ...emptyPerson, ...person },
        ...made(actor, world),
      }
      if (!dryRun) await createDocument('asset', value, actor, world)
      told.created.push({ line, name, ...(!dryRun && { assetId: value.id }) })
    } else if (isSame(asset, laidOver(asset, wanted))) told.unchanged += 1
    else {
      const change = (current: Asset): Asset => ({ ...laidOver(current, wanted), ...touched(actor, world) })
      if (!dryRun)
        await changeDocument(
          'asset',
          { workspaceId, id: asset.id, actor, version: 'any', action: 'person.imported', change },
          world,
        )
      told.changed.push({ line, name, assetId: asset.id })
    }
  }
  if (!dryRun && told.changed.length > 0) await lookAfter(workspaceId, told, world)
  return told
}
