/**
 * Which permissions a DynamoDB call needs. Transactions need those of each of their items; batches their own action.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
import type { Question } from '../../endpoint/iam-types.ts'
import type { Call } from '../../endpoint/service.ts'
import { account, partition, region } from '../../template/names.ts'

type Item = { TableName?: string }
type TransactItem = Record<string, Item | undefined>

const tableArn = (name: unknown): string =>
  String(name).startsWith('arn:') ? String(name) : `arn:${partition}:dynamodb:${region}:${account}:table/${name}`

const itemActions: Readonly<Record<string, string>> = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Get: 'dynamodb:GetItem',
}

const ofTransaction = (items: unknown): Question[] => {
  const questions = new Map<string, Question>()
  for (const item of (items ?? []) as TransactItem[])
    for (const [kind, body] of Object.entries(item)) {
      const action = itemActions[kind]
      if (!action || !body) continue
      const resource = tableArn(body.TableName)
      questions.set(`${action} ${resource}`, { action, resource })
    }
  return [...questions.values()]
}

export const permissionsOf = ({ operation, input }: Call): readonly Question[] => {
  const action = `dynamodb:${operation}`
  switch (operation) {
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return ofTransaction(input.TransactItems)
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys((input.RequestItems ?? {}) as object).map((name) => ({ action, resource: tableArn(name) }))
    case 'ListTables':
      return [{ action, resource: '*' }]
    default: {
      const table = tableArn(input.TableName)
      return [{ action, resource: input.IndexName === undefined ? table : `${table}/index/${input.IndexName}` }]
    }
  }
}
