import { workflowErrors } from '#contracts/workflow/messages.ts'

type Arns = { readonly prepare: string; readonly drive: string; readonly finish: string }

const crashes = [
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 1,
    MaxAttempts: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 30,
    JitterStrategy: 'FULL',
  },
]
const settledElsewhere = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Broken' }]
const invoke = 'arn:aws:states:::lambda:invoke'

/** Which run, which attempt: what every state after Prepare is told. */
const whichRun = { 'workspaceId.$': '$.workspaceId', 'runId.$': '$.runId', 'attempt.$': '$.attempt' }

/**
 * The run state machine, in Amazon States Language.
 *
 *   Prepare ─▶ Route ─▶ Drive ─▶ Finish          the happy path: four states
 *     ▲         │ └▶ Wait ─▶ Prepare             assets busy, or a retry is due
 *     │         └▶ Done                          nothing (more) to do
 *     └─ Wait ◀─ Route ◀─ FinishFailed ◀─ Drive  any other end of a drive, and every failure
 *
 * Each error that matters has a name of its own (workflowErrors). Everything else is a crash: tried again, because each
 * function may be repeated; then FinishFailed decides, or the execution fails and the event rule settles its run.
 */
export const runDefinition = (functions: Arns): object => ({
  Comment: 'One execution is one run.',
  StartAt: 'Prepare',
  States: {
    Prepare: {
      Type: 'Task',
      Resource: invoke,
      Parameters: {
        FunctionName: functions.prepare,
        Payload: { 'input.$': '$$.Execution.Input', 'executionArn.$': '$$.Execution.Id' },
      },
      OutputPath: '$.Payload',
      TimeoutSeconds: 60,
      Retry: crashes,
      Catch: settledElsewhere,
      Next: 'Route',
    },
    Route: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.action', StringEquals: 'drive', Next: 'Drive' },
        { Variable: '$.action', StringEquals: 'wait', Next: 'Wait' },
      ],
      Default: 'Done',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Prepare' },
    Drive: {
      Type: 'Task',
      Resource: `${invoke}.waitForTaskToken`,
      Parameters: { FunctionName: functions.drive, Payload: { ...whichRun, 'taskToken.$': '$$.Task.Token' } },
      ResultPath: '$.drive',
      TimeoutSecondsPath: '$.timeoutSeconds',
      HeartbeatSecondsPath: '$.heartbeatSeconds',
      Retry: [
        {
          ErrorEquals: [
            workflowErrors.driveEnded,
            workflowErrors.driveRefused,
            'States.Timeout',
            'States.HeartbeatTimeout',
          ],
          MaxAttempts: 0,
        },
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 1,
          MaxAttempts: 4,
          BackoffRate: 2,
          MaxDelaySeconds: 15,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'FinishFailed' }],
      Next: 'Finish',
    },
    Finish: {
      Type: 'Task',
      Resource: invoke,
      Parameters: { FunctionName: functions.finish, Payload: { ...whichRun, cause: 'drive-succeeded' } },
      OutputPath: '$.Payload',
      TimeoutSeconds: 60,
      Retry: crashes,
      Catch: settledElsewhere,
      End: true,
    },
    FinishFailed: {
      Type: 'Task',
      Resource: invoke,
      Parameters: {
        FunctionName: functions.finish,
        Payload: { ...whichRun, cause: 'drive-failed', 'error.$': '$.error' },
      },
      OutputPath: '$.Payload',
      TimeoutSeconds: 60,
      Retry: crashes,
      Catch: settledElsewhere,
      Next: 'Route',
    },
    Done: { Type: 'Succeed' },
    Broken: {
      Type: 'Fail',
      Error: 'Broken',
      Cause: 'A step failed again and again; the event rule settles the run. See the log of the function.',
    },
  },
})
