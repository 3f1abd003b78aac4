import { type AssetPatch, changeAsset } from '#application/assets/change-asset.ts'
import { createAsset } from '#application/assets/create-asset.ts'
import { setHealth } from '#application/health/keep-healthy.ts'
import type { assetRoutes } from '#contracts/http/routes/assets.ts'
import type { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import { Refusal } from '#domain/errors.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import type { Caller } from '../authorise.ts'
import type { BookingHandlersOf } from './request.ts'

const managersOnly = [
  'name',
  'capacity',
  'capabilities',
  'agentId',
  'tags',
  'location',
  'typeId',
  'openingHours',
  'bookingRules',
  'changeovers',
  'agility',
  'interlocks',
  'healthCheck',
] as const

/** An operator takes an asset out of use and back; what it is, and whether it is there at all, is a manager's. */
const checkOperator = ({ role }: Caller, patch: AssetPatch): void => {
  if (role && roleAllows(role, 'manager')) return
  if (patch.status === 'retired' || managersOnly.some((field) => patch[field] !== undefined))
    throw new Refusal(
      'forbidden',
      `As ${role} you may change statusNote and a status other than retired; ${managersOnly.join(', ')} need a manager.`,
    )
}

export const assetHandlers: BookingHandlersOf<typeof assetRoutes & typeof recoveryRoutes> = {
  createAsset: ({ params, body, caller }, world) => createAsset({ ...params, actor: caller.actor, asset: body }, world),
  changeAsset: async ({ params: { workspaceId, assetId }, body, version, caller }, world) => {
    checkOperator(caller, body)
    const { force, ...patch } = body
    return changeAsset({ workspaceId, id: assetId, actor: caller.actor, version, patch, force }, world)
  },
  setAssetHealth: ({ params, body, caller }, world) => setHealth({ ...params, ...body, actor: caller.actor }, world),
  retireAsset: async ({ params: { workspaceId, assetId }, version, caller }, world) => {
    const patch = { status: 'retired' } as const
    await changeAsset({ workspaceId, id: assetId, actor: caller.actor, version, patch }, world)
    return undefined
  },
}
