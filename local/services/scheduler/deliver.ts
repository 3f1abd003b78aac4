/**
 * Calls a schedule's target in the schedule's role. The one target there is here is Scheduler's universal target
 * `sfn:startExecution`, whose input holds the parameters of StartExecution with Scheduler's context attributes in it.
 */
import { randomUUID } from 'node:crypto'
import { ServiceError } from '../../endpoint/service.ts'
import { account, partition, region } from '../../template/names.ts'
import type { Target } from './store.ts'

export const startExecutionTarget = `arn:${partition}:scheduler:::aws-sdk:sfn:startExecution`

export const scheduleArn = (group: string, name: string): string =>
  `arn:${partition}:scheduler:${region}:${account}:schedule/${group}/${name}`

export type Delivery = {
  readonly groupName: string
  readonly name: string
  readonly target: Target
  readonly scheduledAt: number
  /** 1 for the first. */
  readonly attempt: number
}

/** `2026-11-20T09:00:00Z`, as Scheduler writes the scheduled time. */
export const scheduledTimeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** Fills in the context attributes. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export const filledIn = ({ groupName, name, target, scheduledAt, attempt }: Delivery): string => {
  const attributes: Record<string, string> = {
    'schedule-arn': scheduleArn(groupName, name),
    'scheduled-time': scheduledTimeOf(scheduledAt),
    'execution-id': randomUUID(),
    'attempt-number': String(attempt),
  }
  return (target.Input ?? '{}').replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (whole, key: string) => attributes[key] ?? whole,
  )
}

export type StartAs = (
  roleArn: string,
  input: { stateMachineArn: string; name?: string; input?: string },
) => Promise<{ executionArn?: unknown }>

/** Delivers once. Gives the execution's ARN; throws ServiceError as StartExecution (or IAM) does. */
export const deliver = async (delivery: Delivery, start: StartAs): Promise<string> => {
  const { StateMachineArn, Name, Input } = JSON.parse(filledIn(delivery)) as Record<string, string>
  if (!StateMachineArn)
    throw new ServiceError('ValidationException', 'The input of the target names no StateMachineArn.')
  const answer = await start(delivery.target.RoleArn, {
    stateMachineArn: StateMachineArn,
    ...(Name !== undefined && { name: Name }),
    ...(Input !== undefined && { input: Input }),
  })
  return String(answer.executionArn)
}

/** Whether Scheduler tries again: throttling and errors of the service, not refusals. */
export const isRetryable = (error: unknown): boolean =>
  !(error instanceof ServiceError) ||
  error.status >= 500 ||
  /Throttl|TooManyRequests|ServiceUnavailable/.test(error.name)
