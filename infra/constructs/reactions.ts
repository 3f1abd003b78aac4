import { Duration } from 'aws-cdk-lib'
import { Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { DeadLetters } from './dead-letters.ts'
import type { RunWorkflow } from './run-workflow.ts'
import type { ServiceFunction } from './service-function.ts'

type Props = {
  readonly workflow: RunWorkflow
  readonly executionEnded: ServiceFunction<'execution-ended'>
  readonly sweeper: ServiceFunction<'sweeper'>
}

/** What happens by itself: runs whose execution broke are settled at once, and a sweep every five minutes finds the rest. */
export class Reactions extends Construct {
  constructor(scope: Construct, id: string, { workflow, executionEnded, sweeper }: Props) {
    super(scope, id)
    const unhandled = new DeadLetters(
      this,
      'Unhandled',
      'The end of an execution could not be handled; the sweeper will settle its run.',
    )
    new Rule(this, 'ExecutionEnded', {
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [workflow.machine.stateMachineArn] },
      },
      targets: [
        new LambdaFunction(executionEnded.lambda, {
          deadLetterQueue: unhandled.queue,
          retryAttempts: 20,
          maxEventAge: Duration.hours(1),
        }),
      ],
    })
    const sweep = new Rule(this, 'Sweep', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(sweeper.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(5) })],
    })
    acknowledge(sweep, 'Serverless-EventBusDLQ', 'A lost sweep is made good by the next one, five minutes later.')
    new Alarm(this, 'SweepFails', {
      alarmDescription: 'The sweeper failed for fifteen minutes. Runs may stay open and assets held; see its log.',
      metric: sweeper.lambda.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  }
}
