import { Duration, Stack } from 'aws-cdk-lib'
import {
  Alarm,
  ComparisonOperator,
  type Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

/** Counted over five minutes; what alarms look at. */
export const everyFiveMinutes: MetricOptions = { period: Duration.minutes(5), statistic: 'Sum' }

type Watch = {
  readonly metric: Metric
  /** What is wrong, and what a person does about it now. */
  readonly says: string
  /** For how many periods of five minutes in a row, before anybody is told. */
  readonly periods?: number
}

/** Who is told when something needs a person: one topic, to which the laboratory subscribes its mail or pager. */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { enforceSSL: true })
    // A policy of its own takes the place of the topic's default, so CloudWatch must be named in it.
    const here = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } }
    this.topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: here }))
  }

  /** Tells when there was at least one. */
  whenAny(scope: Construct, id: string, watch: Watch): void {
    this.#tell(scope, id, watch, ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, TreatMissingData.NOT_BREACHING)
  }

  /** Tells when a function has written a line with this message. The words have one home, which the function uses too. */
  whenSaid(
    scope: Construct,
    id: string,
    watch: { readonly logGroup: LogGroup; readonly message: string; readonly says: string },
  ): void {
    const { logGroup, message, says } = watch
    const filter = new MetricFilter(scope, `${id}Said`, {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.message', '=', message),
      metricNamespace: 'Benchtime',
      metricName: `${Stack.of(this).stackName}-${id}`,
    })
    this.whenAny(scope, id, { says, metric: filter.metric(everyFiveMinutes) })
  }

  /** Tells when there was none: silence is the trouble. */
  whenNone(scope: Construct, id: string, watch: Watch): void {
    this.#tell(scope, id, watch, ComparisonOperator.LESS_THAN_THRESHOLD, TreatMissingData.BREACHING)
  }

  #tell(
    scope: Construct,
    id: string,
    { metric, says, periods = 1 }: Watch,
    comparisonOperator: ComparisonOperator,
    treatMissingData: TreatMissingData,
  ): void {
    new Alarm(scope, id, {
      alarmDescription: says,
      metric,
      threshold: 1,
      evaluationPeriods: periods,
      comparisonOperator,
      treatMissingData,
    }).addAlarmAction(new SnsAction(this.topic))
  }
}
