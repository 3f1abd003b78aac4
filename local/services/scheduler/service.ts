/** EventBridge Scheduler's REST API, as far as the product calls it, with the refusals of the real one. */

import type { RoleView, ScheduleGroupView } from '../../cloud-types.ts'
import type { Question } from '../../endpoint/iam-types.ts'
import { type Call, parseBody, type Service, ServiceError, textIn } from '../../endpoint/service.ts'
import { scheduleArn, startExecutionTarget } from './deliver.ts'
import { problemOf } from './expression.ts'
import type { Scheduler } from './scheduler.ts'
import type { ScheduleBody, ScheduleRow, Target } from './store.ts'

const invalid = (message: string) => new ServiceError('ValidationException', message)
const missing = (message: string) => new ServiceError('ResourceNotFoundException', message, 404)
const conflict = (message: string) => new ServiceError('ConflictException', message, 409)

const operationsByMethod: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
}

const principal = 'scheduler.amazonaws.com'
/** The real one refuses a start that lies further in the past. */
const startToleranceMs = 5 * 60_000

export type SchedulerServiceParts = {
  readonly scheduler: Scheduler
  readonly groups: readonly ScheduleGroupView[]
  readonly roles: readonly RoleView[]
}

const checked = (input: Record<string, unknown>, { groups, roles }: SchedulerServiceParts): ScheduleBody => {
  const body = input as unknown as ScheduleBody & { ClientToken?: string }
  const { ClientToken, ...kept } = body
  const name = textIn(input, 'Name')
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw invalid(`Invalid schedule name "${name}".`)
  const group = body.GroupName ?? 'default'
  if (!groups.some((candidate) => candidate.name === group)) throw missing(`Schedule group ${group} does not exist.`)
  const problem = problemOf(textIn(input, 'ScheduleExpression'), body.ScheduleExpressionTimezone ?? 'UTC')
  if (problem) throw invalid(problem)
  if (body.FlexibleTimeWindow?.Mode !== 'OFF') throw invalid('The laptop cloud has FlexibleTimeWindow OFF only.')
  if (body.StartDate !== undefined && body.StartDate * 1000 < Date.now() - startToleranceMs)
    throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.')
  if (body.EndDate !== undefined && body.EndDate * 1000 < Date.now())
    throw invalid('The EndDate you specify cannot be in the past.')
  const target: Target | undefined = body.Target
  if (target?.Arn !== startExecutionTarget)
    throw invalid(`The laptop cloud has the target ${startExecutionTarget} only, not ${target?.Arn}.`)
  if (!roles.find((role) => role.arn === target.RoleArn)?.trusts.includes(principal))
    throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.')
  try {
    JSON.parse(target.Input ?? '')
  } catch {
    throw invalid('The Input of a universal target must be JSON.')
  }
  return { ...kept, GroupName: group, State: body.State ?? 'ENABLED' }
}

const described = (row: ScheduleRow): Record<string, unknown> => ({
  ...(JSON.parse(row.body) as ScheduleBody),
  Arn: scheduleArn(row.groupName, row.name),
  CreationDate: row.createdAt / 1000,
  LastModificationDate: row.modifiedAt / 1000,
})

const summarised = (row: ScheduleRow): Record<string, unknown> => {
  const { Arn, CreationDate, LastModificationDate, GroupName, Name, State, Target } = described(row)
  return { Arn, CreationDate, LastModificationDate, GroupName, Name, State, Target: { Arn: (Target as Target).Arn } }
}

type Operation = (input: Record<string, unknown>, parts: SchedulerServiceParts) => Record<string, unknown>

const groupIn = (input: Record<string, unknown>): string => String(input.GroupName ?? 'default')

const existing = (input: Record<string, unknown>, { scheduler }: SchedulerServiceParts): ScheduleRow => {
  const row = scheduler.store.get(groupIn(input), textIn(input, 'Name'))
  if (!row) throw missing(`Schedule ${input.Name} does not exist.`)
  return row
}

const put = (input: Record<string, unknown>, parts: SchedulerServiceParts, created: number | undefined) => {
  const body = checked(input, parts)
  parts.scheduler.put(body, created)
  return { ScheduleArn: scheduleArn(body.GroupName, body.Name) }
}

const operations: Readonly<Record<string, Operation>> = {
  CreateSchedule: (input, parts) => {
    if (parts.scheduler.store.get(groupIn(input), textIn(input, 'Name')))
      throw conflict(`Schedule ${input.Name} already exists.`)
    return put(input, parts, undefined)
  },
  UpdateSchedule: (input, parts) => put(input, parts, existing(input, parts).createdAt),
  GetSchedule: (input, parts) => described(existing(input, parts)),
  DeleteSchedule: (input, parts) => {
    existing(input, parts)
    parts.scheduler.remove(groupIn(input), textIn(input, 'Name'))
    return {}
  },
  // As the real one, it tells names and dates, and not what stands in the schedules.
  ListSchedules: (input, { scheduler }) => {
    const size = Number(input.MaxResults ?? 100)
    const rows = scheduler.store.page(
      groupIn(input),
      String(input.NextToken ?? ''),
      String(input.NamePrefix ?? ''),
      size + 1,
    )
    const page = rows.slice(0, size)
    return {
      Schedules: page.map(summarised),
      ...(rows.length > size && { NextToken: page.at(-1)?.name }),
    }
  },
}

const permissionsOf = ({ operation, input }: Call): Question[] => {
  if (operation === 'ListSchedules') return [{ action: 'scheduler:ListSchedules', resource: '*' }]
  const own = { action: `scheduler:${operation}`, resource: scheduleArn(groupIn(input), String(input.Name)) }
  const roleArn = (input.Target as Target | undefined)?.RoleArn
  // Whoever lets Scheduler act in a role must be allowed to pass it that role.
  return roleArn === undefined
    ? [own]
    : [own, { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': principal } }]
}

export const createSchedulerService = (parts: SchedulerServiceParts): Service => ({
  signingName: 'scheduler',
  throttle: 'ThrottlingException',
  permissions: permissionsOf,
  read: ({ method, path, query, body }) => {
    const [, name] = /^\/schedules(?:\/([^/]+))?$/.exec(path) ?? []
    const operation = name === undefined ? 'ListSchedules' : operationsByMethod[method]
    if (!operation || !path.startsWith('/schedules'))
      throw new ServiceError('UnknownOperationException', `Scheduler on a laptop has no ${method} ${path}.`, 404)
    if (name === undefined)
      return {
        operation,
        input: Object.fromEntries(
          [...query].map(([key, value]) => [key === 'ScheduleGroup' ? 'GroupName' : key, value]),
        ),
      }
    const group = query.get('groupName')
    return {
      operation,
      input: { ...parseBody(body), Name: decodeURIComponent(name), ...(group && { GroupName: group }) },
    }
  },
  handle: async ({ operation, input }) => {
    const act = operations[operation]
    if (!act) throw new ServiceError('UnknownOperationException', `Scheduler on a laptop has no ${operation}.`)
    return act(input, parts)
  },
})
