import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type IGrantable, type IPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EnvironmentOf, FunctionName } from '#contracts/environment.ts'
import { acknowledge } from './acknowledge.ts'
import type { DeadLetters } from './dead-letters.ts'

export type ServiceFunctionProps<F extends FunctionName> = {
  /** Directory with the bundle: `index.mjs`, which exports `handler`. */
  readonly bundle: string
  /** Exactly the variables that the function reads (contracts/environment.ts). */
  readonly environment: EnvironmentOf<F>
  /** Where an event ends that failed for good. Needed where the caller does not wait for the answer. */
  readonly deadLetters?: DeadLetters
  readonly timeout?: Duration
  /** Megabytes; a larger function also gets more processor. */
  readonly memory?: number
}

/** One Lambda function with a role of its own, a log group that forgets, and its typed environment. */
export class ServiceFunction<F extends FunctionName> extends Construct implements IGrantable {
  readonly lambda: LambdaFunction
  readonly logGroup: LogGroup
  readonly grantPrincipal: IPrincipal

  constructor(scope: Construct, id: string, props: ServiceFunctionProps<F>) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    this.lambda = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      timeout: props.timeout ?? Duration.seconds(20),
      memorySize: props.memory ?? 512,
      environment: props.environment as Record<string, string>,
      ...(props.deadLetters && { deadLetterQueue: props.deadLetters.queue }),
    })
    this.grantPrincipal = role
    this.logGroup = logGroup
    if (!props.deadLetters)
      acknowledge(
        this.lambda,
        'Serverless-LambdaDLQ',
        'Who calls it waits for the answer and gets the error: the state machine, or the client of the API.',
      )
    acknowledge(
      this.lambda,
      'Serverless-LambdaTracing',
      'Tracing would be billed per call; logs carry the ids of request and run.',
    )
  }
}
