import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { type IGrantable, type IPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EnvironmentOf, FunctionName } from '#contracts/environment.ts'
import { acknowledge } from './acknowledge.ts'
import { bundle } from './bundle.ts'

export type ServiceFunctionProps<F extends FunctionName> = {
  readonly name: F
  readonly stage: string
  /** Exactly the variables that the function reads (contracts/environment.ts). */
  readonly environment: EnvironmentOf<F>
  readonly timeout?: Duration
  /** Megabytes; a larger function also gets more processor. */
  readonly memory?: number
}

/** One Lambda function with a role of its own, a log group that forgets, and its typed environment. */
export class ServiceFunction<F extends FunctionName> extends Construct implements IGrantable {
  readonly lambda: LambdaFunction
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
      code: Code.fromAsset(bundle(props.name)),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      timeout: props.timeout ?? Duration.seconds(20),
      memorySize: props.memory ?? 512,
      environment: { ...(props.environment as Record<string, string>), NODE_OPTIONS: '--enable-source-maps' },
    })
    this.grantPrincipal = role
    acknowledge(
      this.lambda,
      'Serverless-LambdaDLQ',
      'Whoever calls keeps what failed: the state machine, the event rule, the topic rule and API clients each have a way of their own.',
    )
    acknowledge(
      this.lambda,
      'Serverless-LambdaTracing',
      'Tracing would be billed per call; logs carry the ids of request and run.',
    )
  }
}
