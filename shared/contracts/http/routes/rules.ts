import * as z from 'zod'
import { assetGroupSchema, assetTypeSchema } from '#domain/assets/asset-type.ts'
import { quotaSchema } from '#domain/rules/quota.ts'
import { waiverSchema } from '#domain/rules/waiver.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const stored = {
  workspaceId: true,
  id: true,
  version: true,
  createdAt: true,
  createdBy: true,
  updatedAt: true,
  updatedBy: true,
} as const
const typeBody = assetTypeSchema.omit(stored)
const groupBody = assetGroupSchema.omit(stored)
const waiverBody = waiverSchema.omit(stored)
const { of, who, assetIds, typeId, unit, limit, per, timeZone, halfLifeDays, name } = quotaSchema.shape
const quotaBody = z.strictObject({ name, of, who, assetIds, typeId, unit, limit, per, timeZone, halfLifeDays })

const create = <const C extends string, B extends z.ZodType, R extends z.ZodType>(
  collection: C,
  what: string,
  body: B,
  response: R,
) =>
  route({
    method: 'POST',
    path: `/v1/workspaces/{workspaceId}/${collection}`,
    access: 'manager',
    summary: `Make ${what}`,
    body,
    response,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  })
const list = <const C extends string, R extends z.ZodType>(collection: C, response: R) =>
  route({
    method: 'GET',
    path: `/v1/workspaces/{workspaceId}/${collection}`,
    access: 'viewer',
    summary: `List ${collection.replace('-', ' ')}`,
    query: pageQuery,
    response: pageOf(response),
    status: 200,
  })
const get = <const C extends string, const P extends string, R extends z.ZodType>(
  collection: C,
  parameter: P,
  what: string,
  response: R,
) =>
  route({
    method: 'GET',
    path: `/v1/workspaces/{workspaceId}/${collection}/{${parameter}}`,
    access: 'viewer',
    summary: `Get ${what}`,
    response,
    status: 200,
  })
const replace = <const C extends string, const P extends string, B extends z.ZodType, R extends z.ZodType>(
  collection: C,
  parameter: P,
  what: string,
  body: B,
  response: R,
) =>
  route({
    method: 'PUT',
    path: `/v1/workspaces/{workspaceId}/${collection}/{${parameter}}`,
    access: 'manager',
    summary: `Say ${what} anew, whole`,
    body,
    response,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid'],
  })
const remove = <const C extends string, const P extends string>(collection: C, parameter: P, what: string) =>
  route({
    method: 'DELETE',
    path: `/v1/workspaces/{workspaceId}/${collection}/{${parameter}}`,
    access: 'manager',
    summary: `Take ${what} away; its history stays`,
    status: 204,
    ifMatch: 'required',
    refusals: ['invalid_state'],
  })

/** What the rules of a workspace are made of. */
export const ruleRoutes = {
  createAssetType: create('asset-types', 'an asset type', typeBody, assetTypeSchema),
  listAssetTypes: list('asset-types', assetTypeSchema),
  getAssetType: get('asset-types', 'typeId', 'an asset type', assetTypeSchema),
  replaceAssetType: replace('asset-types', 'typeId', 'an asset type', typeBody, assetTypeSchema),
  removeAssetType: remove('asset-types', 'typeId', 'an asset type that no asset has'),
  createAssetGroup: create('asset-groups', 'a group of assets any of which will do', groupBody, assetGroupSchema),
  listAssetGroups: list('asset-groups', assetGroupSchema),
  getAssetGroup: get('asset-groups', 'groupId', 'an asset group', assetGroupSchema),
  replaceAssetGroup: replace('asset-groups', 'groupId', 'an asset group', groupBody, assetGroupSchema),
  removeAssetGroup: remove('asset-groups', 'groupId', 'an asset group'),
  createQuota: create('quotas', 'a quota', quotaBody, quotaSchema),
  listQuotas: list('quotas', quotaSchema),
  getQuota: get('quotas', 'quotaId', 'a quota', quotaSchema),
  replaceQuota: replace('quotas', 'quotaId', 'a quota', quotaBody, quotaSchema),
  removeQuota: remove('quotas', 'quotaId', 'a quota'),
  createWaiver: create('waivers', 'a standing exception to rules', waiverBody, waiverSchema),
  listWaivers: list('waivers', waiverSchema),
  getWaiver: get('waivers', 'waiverId', 'a waiver', waiverSchema),
  replaceWaiver: replace('waivers', 'waiverId', 'a waiver', waiverBody, waiverSchema),
  removeWaiver: remove('waivers', 'waiverId', 'a waiver'),
} as const
