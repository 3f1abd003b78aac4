import type { Actor } from '#domain/audit/entry.ts'
import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { apart } from '../common/apart.ts'
import { auditOf } from '../common/audit.ts'
import {
  changeDocument,
  createDocument,
  type Expected,
  made,
  staleVersion,
  touched,
} from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { detectConflicts } from '../conflicts/detect-conflicts.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { Change, Documents, Keys, RuleKind, World } from '../world.ts'

type Core = Pick<World, 'store' | 'clock' | 'ids'>
/** What a person says of a rule; the rest is Benchtime's. */
export type RuleBody<K extends RuleKind> = Omit<
  Documents[K],
  'workspaceId' | 'id' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'
>

const prefixes = { assetType: 'typ', assetGroup: 'grp', quota: 'quo', waiver: 'wvr' } as const
const names = { assetType: 'asset type', assetGroup: 'asset group', quota: 'quota', waiver: 'waiver' } as const

/** Assets and types that a rule names must be there. @throws Refusal `invalid` */
const checkNamed = async (workspaceId: WorkspaceId, body: object, world: Core): Promise<void> => {
  const { assetIds = [], typeId } = body as { assetIds?: readonly string[]; typeId?: string }
  const [assets, type] = await Promise.all([
    world.store.getMany(
      'asset',
      assetIds.map((id) => ({ workspaceId, id })),
    ),
    typeId === undefined ? undefined : world.store.get('assetType', { workspaceId, id: typeId }),
  ])
  const reasons: Reason[] = assetIds.flatMap((id, index) =>
    assets[index]
      ? []
      : [{ code: 'unknown-asset', message: `there is no asset ${id} in this workspace`, path: `/assetIds/${index}` }],
  )
  if (typeId !== undefined && !type)
    reasons.push({ code: 'unknown-type', message: `there is no asset type ${typeId} here`, path: '/typeId' })
  if (reasons.length > 0)
    throw new Refusal('invalid', `It names what is not there: ${reasons.map(({ message }) => message).join('; ')}.`, {
      reasons,
    })
}

/** @throws Refusal `invalid` where it names assets or types that are not there */
export const createRule = async <K extends RuleKind>(
  kind: K,
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly body: RuleBody<K> },
  world: Core,
): Promise<Documents[K]> => {
  const { workspaceId, actor, body } = input
  await checkNamed(workspaceId, body, world)
  const id = `${prefixes[kind]}_${world.ids.unique()}`
  const value = { workspaceId, id, ...body, ...made(actor, world) } as unknown as Documents[K]
  return createDocument(kind, value, actor, world)
}

/** Says it anew, whole. @throws Refusal `not_found`, `stale_version`, `invalid` */
export const replaceRule = async <K extends RuleKind>(
  kind: K,
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: string
    readonly actor: Actor
    readonly version: Expected
    readonly body: RuleBody<K>
  },
  world: Core,
): Promise<Documents[K]> => {
  const { workspaceId, id, actor, body, version } = input
  await checkNamed(workspaceId, body, world)
  const changed = await changeDocument(
    kind,
    {
      workspaceId,
      id,
      actor,
      version,
      action: `${kind}.changed`,
      change: ({ version: now, createdAt, createdBy }) =>
        ({
          workspaceId,
          id,
          ...body,
          version: now,
          createdAt,
          createdBy,
          ...touched(actor, world),
        }) as unknown as Documents[K],
    },
    world,
  )
  if (kind === 'assetType') await lookAgain(workspaceId, id, world)
  return changed
}

/** While somebody waits for the answer, the calendars of so many assets are looked at. */
const lookedAtOnce = 20

/** Other hours of a type may make conflicts on its assets. What fails here is found by the sweeper within the hour. */
const lookAgain = async (workspaceId: WorkspaceId, typeId: string, world: Core): Promise<void> => {
  const ofType = (await allAssets(workspaceId, world)).filter((asset) => asset.typeId === typeId)
  for (const { id: assetId } of ofType.slice(0, lookedAtOnce))
    await apart(
      assetId,
      () => detectConflicts({ workspaceId, assetId }, world),
      () => undefined,
    )
}

/** A type that assets refer to stays. */
const checkUnused = async (kind: RuleKind, workspaceId: WorkspaceId, id: string, world: Core): Promise<void> => {
  if (kind !== 'assetType') return
  const users = (await allAssets(workspaceId, world)).filter(({ typeId }) => typeId === id)
  if (users.length === 0) return
  const named = users.slice(0, 10).map(({ name }) => `"${name}"`)
  throw new Refusal(
    'invalid_state',
    `${users.length} asset(s) are of this type: ${named.join(', ')}. Give them another type first.`,
  )
}

/** Takes a rule away; its history stays. @throws Refusal `not_found`, `stale_version`, `invalid_state` (a type in use) */
export const removeRule = (
  kind: RuleKind,
  input: { readonly workspaceId: WorkspaceId; readonly id: string; readonly actor: Actor; readonly version: Expected },
  world: Core,
): Promise<void> =>
  transact(world, async () => {
    const { workspaceId, id, actor, version } = input
    const before = await world.store.get(kind, { workspaceId, id })
    if (!before) throw notFound(names[kind], id)
    if (version !== 'any' && version !== before.version) throw staleVersion(names[kind], before)
    await checkUnused(kind, workspaceId, id, world)
    const key: Keys[RuleKind] = { workspaceId, id }
    return {
      changes: [
        { type: 'remove', kind, key, expect: before.version } as Change,
        auditOf(world, { workspaceId, subject: id, action: `${kind}.removed`, actor, before, after: {} }),
      ],
      result: undefined,
    }
  })
