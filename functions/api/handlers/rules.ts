import type { Expected } from '#application/common/change-document.ts'
import { createRule, removeRule, replaceRule } from '#application/rules/change-rule.ts'
import type { RuleKind } from '#application/world.ts'
import type { ruleRoutes } from '#contracts/http/routes/rules.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Caller } from '../authorise.ts'
import type { BookingHandlersOf, BookingWorld } from './request.ts'

type Asked = { readonly params: { readonly workspaceId: WorkspaceId }; readonly caller: Caller }

const create =
  <K extends RuleKind>(kind: K) =>
  ({ params, body, caller }: Asked & { readonly body: never }, world: BookingWorld) =>
    createRule(kind, { ...params, actor: caller.actor, body }, world)

const replace =
  <K extends RuleKind>(kind: K, idOf: (params: never) => string) =>
  (
    { params, body, version, caller }: Asked & { readonly body: never; readonly version: Expected },
    world: BookingWorld,
  ) =>
    replaceRule(
      kind,
      { workspaceId: params.workspaceId, id: idOf(params as never), actor: caller.actor, version, body },
      world,
    )

const remove =
  (kind: RuleKind, idOf: (params: never) => string) =>
  async ({ params, version, caller }: Asked & { readonly version: Expected }, world: BookingWorld) => {
    const { workspaceId } = params
    await removeRule(kind, { workspaceId, id: idOf(params as never), actor: caller.actor, version }, world)
    return undefined
  }

const type = ({ typeId }: { typeId: string }): string => typeId
const group = ({ groupId }: { groupId: string }): string => groupId
const quota = ({ quotaId }: { quotaId: string }): string => quotaId
const waiver = ({ waiverId }: { waiverId: string }): string => waiverId

export const ruleHandlers: BookingHandlersOf<typeof ruleRoutes> = {
  createAssetType: create('assetType') as never,
  replaceAssetType: replace('assetType', type) as never,
  removeAssetType: remove('assetType', type),
  createAssetGroup: create('assetGroup') as never,
  replaceAssetGroup: replace('assetGroup', group) as never,
  removeAssetGroup: remove('assetGroup', group),
  createQuota: create('quota') as never,
  replaceQuota: replace('quota', quota) as never,
  removeQuota: remove('quota', quota),
  createWaiver: create('waiver') as never,
  replaceWaiver: replace('waiver', waiver) as never,
  removeWaiver: remove('waiver', waiver),
}
