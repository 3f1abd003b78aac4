import type { AssetId, ProtocolId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Caller } from '../authorise.ts'

type Params = { readonly workspaceId: WorkspaceId; readonly scheduleId: ScheduleId }

/** Which schedule, and who asks. */
export const addressOf = ({ workspaceId, scheduleId }: Params, { actor }: Caller) => ({
  workspaceId,
  id: scheduleId,
  actor,
})

/** Ids in a filter are texts: one that is none finds nothing. */
export const filterOf = <T extends { assetId?: string | undefined; protocolId?: string | undefined }>(query: T) =>
  query as Omit<T, 'assetId' | 'protocolId'> & {
    readonly assetId?: AssetId | undefined
    readonly protocolId?: ProtocolId | undefined
  }
