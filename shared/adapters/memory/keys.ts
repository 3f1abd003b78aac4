import type { Keys, Kind, LedgerItem } from '#application/world.ts'

type AnyName = {
  workspaceId?: string
  id?: string
  agentId?: string
  assetId?: string
  subject?: string
  scheduleId?: string
  to?: string
}

/** The key of a document, from its name; a whole document will do as its own name. */
export const keyOf = <K extends Kind>(kind: K, name: Keys[K]): string => {
  const { workspaceId, id, agentId, assetId, subject, scheduleId, to } = name as AnyName
  switch (kind) {
    case 'workspace':
      return `workspace/${id}/`
    case 'member':
      return `member/${workspaceId}/${subject}`
    case 'command':
      return `command/${workspaceId}/${agentId}/${id}`
    case 'notice':
      return `notice/${workspaceId}/${to}/${id}`
    case 'presence':
      return `presence/${workspaceId}/${agentId}`
    case 'assetHealth':
      return `assetHealth/${workspaceId}/${assetId}`
    case 'driftReport':
    case 'revision':
      return `${kind}/${workspaceId}/`
    case 'holding':
    case 'arming':
    case 'scheduleStats':
      return `${kind}/${workspaceId}/${scheduleId}`
    default:
      return `${kind}/${workspaceId}/${id}`
  }
}

export const accountKey = (workspaceId: string, account: string, month: string): string =>
  `${workspaceId}/${account}/${month}`

export const ledgerKey = (workspaceId: string, assetId: string, item: LedgerItem): string =>
  `${workspaceId}/${assetId}/${item}`
