import type { Asset } from '#domain/assets/asset.ts'
import type { AssetRow, Imported } from '#domain/assets/asset-row.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { changesBetween } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { type Problem, type ReadCsv, recordsOf, refuseProblems, toldProblem } from '../../common/table.ts'
import { allAssets } from '../../reservations/wanted.ts'
import type { World } from '../../world.ts'
import { changeAsset } from '../change-asset.ts'
import { createAsset } from '../create-asset.ts'
import { checkRows, fieldsOf, rowOf } from './asset-rows.ts'

const mostRows = 200
/** So many at a time, so that a file is done before a request gives up. */
const together = 8

type Step =
  | { readonly kind: 'create'; readonly row: AssetRow; readonly line: number }
  | { readonly kind: 'change'; readonly row: AssetRow; readonly line: number; readonly asset: Asset }
  | { readonly kind: 'same'; readonly asset: Asset; readonly line: number }

const fieldsThatDiffer = (asset: Asset, row: AssetRow): string[] => {
  const { id: _id, ...now } = rowOf(asset)
  const { id: _given, ...wanted } = row
  return Object.keys(changesBetween(now, wanted))
}

/** What a file would do, row by row, and everything that is wrong with it. */
const plan = (
  rows: readonly { readonly row: AssetRow; readonly line: number }[],
  assets: readonly Asset[],
): { readonly steps: readonly Step[]; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = []
  const seen = new Map<string, number>()
  const steps = rows.flatMap(({ row, line }): Step[] => {
    const named = assets.filter(({ name, status }) => status !== 'retired' && name === row.name)
    const asset =
      row.id === undefined ? (named.length === 1 ? named[0] : undefined) : assets.find(({ id }) => id === row.id)
    const fail = (code: string, message: string, path: string): Step[] => {
      problems.push({ line, code, message, path })
      return []
    }
    if (row.id !== undefined && !asset)
      return fail('unknown-asset', `there is no asset ${row.id} in this workspace`, '/id')
    if (row.id === undefined && named.length > 1)
      return fail(
        'ambiguous',
        `${named.length} assets are called "${row.name}"; give the id of the one that is meant`,
        '/id',
      )
    const key = asset?.id ?? `new ${row.name}`
    const before = seen.get(key)
    if (before !== undefined) return fail('twice', `the same asset stands on line ${before}`, '/name')
    seen.set(key, line)
    if (!asset) return [{ kind: 'create', row, line }]
    if (asset.kind !== row.kind)
      return fail('kind', `"${asset.name}" is a ${asset.kind}; the kind cannot be changed`, '/kind')
    return fieldsThatDiffer(asset, row).length === 0
      ? [{ kind: 'same', asset, line }]
      : [{ kind: 'change', row, line, asset }]
  })
  return { steps, problems }
}

/** What rows name must be there. */
const checkNamed = async (
  workspaceId: WorkspaceId,
  rows: readonly { readonly row: AssetRow; readonly line: number }[],
  world: Pick<World, 'store'>,
): Promise<Problem[]> => {
  const agentIds = [...new Set(rows.flatMap(({ row }) => row.agentId ?? []))]
  const agents: unknown[] = []
  for (let at = 0; at < agentIds.length; at += 100)
    agents.push(
      ...(await world.store.getMany(
        'agent',
        agentIds.slice(at, at + 100).map((id) => ({ workspaceId, id })),
      )),
    )
  const { assetTypes } = await world.store.rulebook(workspaceId)
  return rows.flatMap(({ row, line }): Problem[] => [
    ...(row.agentId !== undefined && !agents[agentIds.indexOf(row.agentId)]
      ? [
          {
            line,
            code: 'unknown-agent',
            message: `there is no agent ${row.agentId} in this workspace`,
            path: '/agentId',
          },
        ]
      : []),
    ...(row.agentId !== undefined && row.kind !== 'machine'
      ? [{ line, code: 'agent-not-allowed', message: 'only machines have an agent', path: '/agentId' }]
      : []),
    ...(row.typeId !== undefined && !assetTypes.some(({ id }) => id === row.typeId)
      ? [
          {
            line,
            code: 'unknown-type',
            message: `there is no asset type ${row.typeId} in this workspace`,
            path: '/typeId',
          },
        ]
      : []),
  ])
}

const optional = ['agentId', 'location', 'typeId', 'openingHours', 'bookingRules', 'changeovers', 'agility'] as const

const patchOf = ({ id: _id, kind: _kind, ...row }: AssetRow) => ({
  ...row,
  ...Object.fromEntries(optional.flatMap((field) => (row[field] === undefined ? [[field, null]] : []))),
})

const readRows = (
  input: { readonly csv?: string | undefined; readonly assets?: readonly unknown[] | undefined },
  readCsv: ReadCsv,
) => {
  if (input.assets) return { given: input.assets.map((value, index) => ({ value, line: index + 1 })), problems: [] }
  const { records, problems } = recordsOf(input.csv ?? '', readCsv)
  const given = records.map(({ record, line }) => ({ ...fieldsOf(record, line), line }))
  return { given, problems: [...problems, ...given.flatMap((one) => one.problems)] }
}

/**
 * Makes and changes assets as a file says. Everything is looked at first, and where one line is wrong nothing is done; a dry run
 * is the same without doing it. Importing a file again changes nothing.
 * @throws Refusal `invalid` with every problem by its line; `limit_exceeded`
 */
export const importAssets = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly csv?: string | undefined
    readonly assets?: readonly unknown[] | undefined
    readonly dryRun: boolean
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  readCsv: ReadCsv,
): Promise<Imported> => {
  const { workspaceId, actor, dryRun } = input
  const { given, problems: unread } = readRows(input, readCsv)
  if (given.length > mostRows)
    throw new Refusal(
      'limit_exceeded',
      `A file has ${mostRows} assets at most; this one has ${given.length}. Split it.`,
    )
  const { rows, problems: wrong } = checkRows(given)
  const assets = await allAssets(workspaceId, world)
  const { steps, problems: unclear } = plan(rows, assets)
  const problems = [...unread, ...wrong, ...unclear, ...(await checkNamed(workspaceId, rows, world))].toSorted(
    (a, b) => a.line - b.line,
  )
  const created: { line: number; name: string; assetId?: AssetId }[] = []
  const changed: { line: number; name: string; assetId: AssetId; fields: string[] }[] = []
  const doing = !dryRun && problems.length === 0
  if (!dryRun) refuseProblems(problems)
  const perform = async (step: Step): Promise<void> => {
    if (step.kind === 'create') {
      const { id: _none, ...asset } = step.row
      const made = doing ? await createAsset({ workspaceId, actor, asset }, world) : undefined
      created.push({ line: step.line, name: step.row.name, ...(made && { assetId: made.id }) })
    }
    if (step.kind === 'change') {
      const { id } = step.asset
      const fields = fieldsThatDiffer(step.asset, step.row)
      if (doing) await changeAsset({ workspaceId, id, actor, version: 'any', patch: patchOf(step.row) }, world)
      changed.push({ line: step.line, name: step.row.name, assetId: id, fields })
    }
  }
  for (let at = 0; at < steps.length; at += together) await Promise.all(steps.slice(at, at + together).map(perform))
  const unchanged = steps.filter(({ kind }) => kind === 'same').length
  const byLine = (a: { readonly line: number }, b: { readonly line: number }): number => a.line - b.line
  return {
    dryRun,
    created: created.toSorted(byLine),
    changed: changed.toSorted(byLine),
    unchanged,
    problems: problems.map(toldProblem),
  }
}
