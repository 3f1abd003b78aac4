import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { Refusal } from '#domain/errors.ts'

export type TimetableConfig = {
  readonly groupName: string
  readonly roleArn: string
  readonly dlqArn: string
  readonly stateMachineArn: string
}

/** EventBridge fills this in with the time that the firing was due. */
export const scheduledTime = '<aws.scheduler.scheduled-time>'

/**
 * The universal target, because only it can name the execution. The name holds the id of the attempt, which is new for
 * every delivery: it tells executions apart and is no guard against duplicates; that is the run's id.
 */
const targetArn = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution'

/** What an entry of ours says but for its times: who is started with what, and how late. */
export const startExecution = (config: TimetableConfig, name: string, input: object, maximumAgeSeconds: number) =>
  ({
    Name: name,
    GroupName: config.groupName,
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: {
      Arn: targetArn,
      RoleArn: config.roleArn,
      Input: JSON.stringify({
        StateMachineArn: config.stateMachineArn,
        Name: `${name}.<aws.scheduler.execution-id>`,
        Input: JSON.stringify(input),
      }),
      // Both are set: the defaults (a day, 185 attempts) could start an instrument a day late.
      RetryPolicy: { MaximumEventAgeInSeconds: maximumAgeSeconds, MaximumRetryAttempts: 20 },
      DeadLetterConfig: { Arn: config.dlqArn },
    },
  }) as const satisfies Partial<CreateScheduleCommandInput>

export const told = (error: unknown): unknown =>
  error instanceof Error && error.name === 'AccessDeniedException'
    ? error
    : new Refusal(
        'unavailable',
        `EventBridge Scheduler did not answer (${(error as Error).name}: ${(error as Error).message}).`,
      )

/** Creates an entry, or replaces it. */
export const putEntry = async (
  client: () => SchedulerClient,
  definition: CreateScheduleCommandInput,
): Promise<void> => {
  try {
    await client().send(new CreateScheduleCommand(definition))
  } catch (error) {
    if (!(error instanceof ConflictException)) throw told(error)
    // An update resets what it omits, so it carries the whole definition.
    await client()
      .send(new UpdateScheduleCommand(definition))
      .catch((failed: unknown) => {
        throw told(failed)
      })
  }
}

/** Removing what is not there is success. */
export const removeEntry = async (
  client: () => SchedulerClient,
  { groupName }: TimetableConfig,
  name: string,
): Promise<void> => {
  try {
    await client().send(new DeleteScheduleCommand({ Name: name, GroupName: groupName }))
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw told(error)
  }
}
