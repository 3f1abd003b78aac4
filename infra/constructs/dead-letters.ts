import { Duration } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'

/** Where a message ends that could not be delivered, and the alarm that says so: nothing is lost silently. */
export class DeadLetters extends Construct {
  readonly queue: Queue

  /** @param props.what begins the sentence of the alarm: what has gone wrong when a message lies here */
  constructor(scope: Construct, id: string, props: { readonly alarms: Alarms; readonly what: string }) {
    super(scope, id)
    this.queue = new Queue(this, 'Queue', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    })
    acknowledge(
      this.queue,
      'AwsSolutions-SQS3',
      'This is itself a dead-letter queue; an alarm watches it and a person empties it.',
    )
    acknowledge(
      this.queue,
      'Serverless-SQSRedrivePolicy',
      'This is itself a dead-letter queue; an alarm watches it and a person empties it.',
    )
    props.alarms.whenAny(this, 'NotEmpty', {
      says: `${props.what} Look at the messages in the queue, mend the cause, then send them again or delete them.`,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ ...everyFiveMinutes, statistic: 'Maximum' }),
    })
  }

  grantSend(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    )
  }
}
