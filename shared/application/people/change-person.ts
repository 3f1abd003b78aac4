import type { Asset } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { emptyPerson, mostTimeOff, type Person, type TimeOff } from '#domain/people/person.ts'
import { dayMs, dayOf } from '#domain/time.ts'
import { apart } from '../common/apart.ts'
import { changeDocument, type Expected, touched } from '../common/change-document.ts'
import { detectConflicts } from '../conflicts/detect-conflicts.ts'
import { settleConflicts } from '../conflicts/settle-conflicts.ts'
import type { World } from '../world.ts'

type PersonWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Of = { readonly workspaceId: WorkspaceId; readonly assetId: AssetId; readonly actor: Actor }

/** Time off that ended so long ago may be dropped, where there is no room for more. */
const longOver = 60

const change = async (
  { workspaceId, assetId: id, actor }: Of,
  how: { readonly version: Expected; readonly action: string; readonly change: (before: Person) => Person },
  world: PersonWorld,
): Promise<Asset> => {
  const changed = await changeDocument(
    'asset',
    {
      workspaceId,
      id,
      actor,
      version: how.version,
      action: how.action,
      change: (current) => {
        if (current.kind !== 'person')
          throw new Refusal('invalid_state', `"${current.name}" is a ${current.kind}; only persons have this.`, {
            current,
          })
        const before = current.person ?? emptyPerson
        const person = how.change(before)
        return JSON.stringify(person) === JSON.stringify(before)
          ? current
          : { ...current, person, ...touched(actor, world) }
      },
    },
    world,
  )
  // What fails here is found by the sweeper within the hour, so the change stands all the same.
  const ignore = () => undefined
  await apart(id, () => detectConflicts({ workspaceId, assetId: id }, world), ignore)
  await apart(id, () => settleConflicts({ workspaceId, assetIds: [id] }, world), ignore)
  return changed
}

/** Says who somebody is, what they are qualified for and how much they take. @throws Refusal `not_found`, `stale_version`, `invalid_state` */
export const setPerson = (
  of: Of & { readonly version: Expected; readonly person: Omit<Person, 'timeOff'> },
  world: PersonWorld,
): Promise<Asset> =>
  change(
    of,
    {
      version: of.version,
      action: 'person.changed',
      change: ({ timeOff }) => ({ ...of.person, timeOff }),
    },
    world,
  )

/** Time off with more of it: what has the same id takes the place of what was there. @throws Refusal `limit_exceeded` */
export const withTimeOff = (before: readonly TimeOff[], more: readonly TimeOff[], nowMs: number): TimeOff[] => {
  const timeOff = [...new Map([...before, ...more].map((one) => [one.id, one])).values()]

  const kept =
    timeOff.length > mostTimeOff ? timeOff.filter(({ to }) => to >= dayOf(nowMs - longOver * dayMs)) : timeOff
  if (kept.length > mostTimeOff)
    throw new Refusal(
      'limit_exceeded',
      `${mostTimeOff} entries of time off are kept of one person. Take away what is over, or join what touches.`,
    )
  return kept.toSorted((a, b) => (a.from === b.from ? (a.id < b.id ? -1 : 1) : a.from < b.from ? -1 : 1))
}

/**
 * Adds time off; what has an id that is there already replaces it. What stands in it is not cancelled: it becomes conflicts, which
 * somebody decides.
 * @throws Refusal `not_found`, `invalid_state`, `limit_exceeded`
 */
export const addTimeOff = (of: Of & { readonly timeOff: readonly TimeOff[] }, world: PersonWorld): Promise<Asset> =>
  change(
    of,
    {
      version: 'any',
      action: 'person.off',
      change: (before) => ({ ...before, timeOff: withTimeOff(before.timeOff, of.timeOff, world.clock.now()) }),
    },
    world,
  )

/** Takes time off away. @throws Refusal `not_found`, `invalid_state` */
export const dropTimeOff = (of: Of & { readonly timeOffId: string }, world: PersonWorld): Promise<Asset> =>
  change(
    of,
    {
      version: 'any',
      action: 'person.back',
      change: (before) => {
        const timeOff = before.timeOff.filter(({ id }) => id !== of.timeOffId)
        if (timeOff.length === before.timeOff.length) throw notFound('time off', of.timeOffId)
        return { ...before, timeOff }
      },
    },
    world,
  )
