import { Duration, Stack } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { MainTable } from './main-table.ts'
import type { ServiceFunction } from './service-function.ts'

type Props = {
  readonly table: MainTable
  readonly notifier: ServiceFunction<'notifier'>
  /** Where news ends that could not be told after all tries. */
  readonly untold: DeadLetters
  readonly alarms: Alarms
  /** Sender of mail, an identity that SES has verified; empty where no mail is sent. */
  readonly mailFrom: string
}

/** Tells people: of what is written into the table, from its stream, and every minute of what is due. */
export class Notifier extends Construct {
  constructor(scope: Construct, id: string, { table, notifier, untold, alarms, mailFrom }: Props) {
    super(scope, id)
    const { tableStreamArn } = table.table
    if (tableStreamArn === undefined) throw new Error('The table has no stream, so nobody could be told of anything.')
    const { grantPrincipal } = notifier
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [tableStreamArn],
      }),
    )
    if (mailFrom !== '') {
      const identity = Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })
      grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [identity],
          conditions: { StringEquals: { 'ses:FromAddress': mailFrom } },
        }),
      )
      acknowledge(
        grantPrincipal as unknown as Construct,
        'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
        'The identity may be the address or its domain; the condition on the sender allows this one address alone.',
      )
    }
    untold.grantSend(notifier)
    // One news that cannot be told is set aside, and the others go on: the batch is halved until it stands alone.
    const mapping = new CfnEventSourceMapping(this, 'News', {
      eventSourceArn: tableStreamArn,
      functionName: notifier.lambda.functionName,
      startingPosition: 'TRIM_HORIZON',
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 10,
      maximumRecordAgeInSeconds: 3_600,
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destination: untold.queue.queueArn } },
      // Of all that is written, only what carries news reaches the function; the rest costs nothing.
      filterCriteria: {
        filters: [
          {
            pattern: JSON.stringify({
              eventName: ['INSERT'],
              dynamodb: { NewImage: { t: { S: [{ exists: true }] } } },
            }),
          },
        ],
      },
    })
    mapping.node.addDependency(grantPrincipal)
    new Rule(this, 'Minute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(notifier.lambda, {
          deadLetterQueue: untold.queue,
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    })
    alarms.whenAny(this, 'Fails', {
      says: 'The notifier failed for fifteen minutes. People are not told of failures and recoveries; see its log.',
      metric: notifier.lambda.metricErrors(everyFiveMinutes),
      periods: 3,
    })
    alarms.whenNone(this, 'Silent', {
      says: 'The notifier did not run for fifteen minutes. People are not told of failures and recoveries; see whether its rule is disabled.',
      metric: notifier.lambda.metricInvocations(everyFiveMinutes),
      periods: 3,
    })
  }
}
