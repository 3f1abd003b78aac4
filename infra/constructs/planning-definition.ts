const invoke = 'arn:aws:states:::lambda:invoke'

/** A quarter of an hour is what a function may take. */
export const planTimeoutSeconds = 900

/**
 * The state machine of planning runs, in Amazon States Language: one step, Plan. It may be repeated, because it finds what it did
 * before; when all tries have failed, the same function ends the run with the reason.
 */
export const planningDefinition = (plan: string): object => ({
  Comment: 'One execution is one planning run.',
  StartAt: 'Plan',
  States: {
    Plan: {
      Type: 'Task',
      Resource: invoke,
      Parameters: { FunctionName: plan, Payload: { 'input.$': '$$.Execution.Input' } },
      OutputPath: '$.Payload',
      TimeoutSeconds: planTimeoutSeconds,
      Retry: [
        { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2, JitterStrategy: 'FULL' },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'GiveUp' }],
      End: true,
    },
    GiveUp: {
      Type: 'Task',
      Resource: invoke,
      Parameters: { FunctionName: plan, Payload: { 'input.$': '$$.Execution.Input', 'error.$': '$.error' } },
      OutputPath: '$.Payload',
      TimeoutSeconds: 60,
      Retry: [
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          MaxAttempts: 5,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        },
      ],
      End: true,
    },
  },
})
