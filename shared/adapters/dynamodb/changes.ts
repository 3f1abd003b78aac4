import type { Change } from '#application/world.ts'
import { eventOfAction } from '#domain/notifications/told-actions.ts'
import { countedAttributes, pack, statsItem, toItem } from './codec.ts'
import type { Action } from './document-client.ts'
import { accountKey, auditKey, horizonPartition, keyOf, ledgerKey } from './keys.ts'

type ClaimChange = Extract<Change, { type: 'claim' | 'raise-fence' }>

const absent = 'attribute_not_exists(pk)'
const seen = 'version = :seen'

/** A ledger item that is not there yet is put whole; one that is there is updated on condition of its version. */
const ledgerWrite = (TableName: string, change: ClaimChange): Action => {
  const Key = ledgerKey(change.workspaceId, change.assetId, change.item)
  const claim = change.type === 'claim' ? change : undefined
  if (change.expect === 0) {
    const claims = claim ? { [claim.reservationId]: claim.claim } : {}
    return {
      Put: {
        TableName,
        Item: {
          ...Key,
          gsi3pk: horizonPartition(change.workspaceId, change.item),
          gsi3sk: change.assetId,
          version: 1,
          fence: change.fence ?? 0,
          claims,
        },
        ConditionExpression: absent,
      },
    }
  }
  const sets = [
    'version = :next, gsi3pk = :item, gsi3sk = :asset',
    ...(claim ? ['claims.#id = :claim'] : []),
    ...(change.fence === undefined ? [] : ['fence = :fence']),
  ]
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: `SET ${sets.join(', ')}`,
      // A fence is never lowered, whatever was read.
      ConditionExpression: change.type === 'raise-fence' ? `${seen} AND fence < :fence` : seen,
      ...(claim && { ExpressionAttributeNames: { '#id': claim.reservationId } }),
      ExpressionAttributeValues: {
        ':seen': change.expect,
        ':next': change.expect + 1,
        ':item': horizonPartition(change.workspaceId, change.item),
        ':asset': change.assetId,
        ...(claim && { ':claim': claim.claim }),
        ...(change.fence !== undefined && { ':fence': change.fence }),
      },
    },
  }
}

const accountSeen = (expect: number) =>
  expect === 0
    ? { ConditionExpression: 'attribute_not_exists(version)' }
    : { ConditionExpression: seen, ExpressionAttributeValues: { ':seen': expect } }

/** Entries are attributes of their own, so that one can be written without reading the month. */
const accountWrite = (TableName: string, change: Extract<Change, { type: 'account' }>): Action => {
  const Key = accountKey(change.workspaceId, change.account, change.month)
  const { ConditionExpression, ExpressionAttributeValues: values } =
    change.expect === undefined ? { ConditionExpression: undefined } : accountSeen(change.expect)
  const write = change.entry
    ? { UpdateExpression: 'SET #id = :entry ADD version :one', more: { ':entry': change.entry, ':one': 1 } }
    : { UpdateExpression: 'REMOVE #id', more: {} }
  const all = { ...values, ...write.more }
  return {
    Update: {
      TableName,
      Key,
      UpdateExpression: write.UpdateExpression,
      ...(ConditionExpression !== undefined && { ConditionExpression }),
      ExpressionAttributeNames: { '#id': change.reservationId },
      ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
    },
  }
}

/** One change as one action of a transaction. */
export const actionOf = (TableName: string, change: Change): Action => {
  switch (change.type) {
    case 'put':
      return {
        Put: {
          TableName,
          Item: toItem(change.kind, change.value),
          ...(change.expect === 'absent'
            ? { ConditionExpression: absent }
            : { ConditionExpression: seen, ExpressionAttributeValues: { ':seen': change.expect } }),
        },
      }
    case 'remove':
      return {
        Delete: {
          TableName,
          Key: keyOf(change.kind, change.key as never),
          ConditionExpression: seen,
          ExpressionAttributeValues: { ':seen': change.expect },
        },
      }
    case 'check':
      return {
        ConditionCheck: {
          TableName,
          Key: keyOf(change.kind, change.key as never),
          ConditionExpression: seen,
          ExpressionAttributeValues: { ':seen': change.expect },
        },
      }
    case 'claim':
    case 'raise-fence':
      return ledgerWrite(TableName, change)
    case 'unclaim':
      return {
        Update: {
          TableName,
          Key: ledgerKey(change.workspaceId, change.assetId, change.item),
          UpdateExpression: 'REMOVE claims.#id',
          ConditionExpression: `attribute_exists(claims.#id)${change.expect === undefined ? '' : ` AND ${seen}`}`,
          ExpressionAttributeNames: { '#id': change.reservationId },
          ...(change.expect !== undefined && { ExpressionAttributeValues: { ':seen': change.expect } }),
        },
      }
    case 'check-ledger':
      return {
        ConditionCheck: {
          TableName,
          Key: ledgerKey(change.workspaceId, change.assetId, change.item),
          ...(change.expect === 0
            ? { ConditionExpression: absent }
            : { ConditionExpression: seen, ExpressionAttributeValues: { ':seen': change.expect } }),
        },
      }
    case 'account':
      return accountWrite(TableName, change)
    case 'check-account':
      return {
        ConditionCheck: {
          TableName,
          Key: accountKey(change.workspaceId, change.account, change.month),
          ...accountSeen(change.expect),
        },
      }
    case 'count': {
      const { workspaceId, scheduleId, counts } = change
      const added = Object.entries(countedAttributes(counts))
      const sets = ['#ws = :ws', ...(counts.endedAt === undefined ? [] : ['lastEndedAt = :at'])]
      return {
        Update: {
          TableName,
          Key: keyOf('scheduleStats', { workspaceId, scheduleId }),
          UpdateExpression: `SET ${sets.join(', ')} ADD ${added.map((_, index) => `#n${index} :n${index}`).join(', ')}`,
          ExpressionAttributeNames: {
            '#ws': 'ws',
            ...Object.fromEntries(added.map(([name], index) => [`#n${index}`, name])),
          },
          ExpressionAttributeValues: {
            ':ws': workspaceId,
            ...(counts.endedAt !== undefined && { ':at': counts.endedAt }),
            ...Object.fromEntries(added.map(([, count], index) => [`:n${index}`, count])),
          },
        },
      }
    }
    case 'recount':
      return {
        Put: {
          TableName,
          Item: statsItem(change.to),
          // Every count adds to the runs, or to what was missed.
          ...(change.from.runs + change.from.missed === 0
            ? { ConditionExpression: 'attribute_not_exists(runs) AND attribute_not_exists(missed)' }
            : {
                ConditionExpression:
                  '(runs = :runs OR (attribute_not_exists(runs) AND :runs = :none)) AND (missed = :missed OR (attribute_not_exists(missed) AND :missed = :none))',
                ExpressionAttributeValues: { ':runs': change.from.runs, ':missed': change.from.missed, ':none': 0 },
              }),
        },
      }
    case 'forget':
      return { Delete: { TableName, Key: auditKey(change.workspaceId, change.subject, change.id) } }
    case 'audit': {
      const { workspaceId, subject, id, action } = change.entry
      // The notifier is told of what people may want to hear of.
      const news = eventOfAction(action) !== undefined
      return {
        Put: {
          TableName,
          Item: { ...auditKey(workspaceId, subject, id), ...(news && { t: 'entry' }), ...pack(change.entry) },
          ConditionExpression: absent,
        },
      }
    }
  }
}
