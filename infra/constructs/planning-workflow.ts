import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { MachineAddress } from './machine-address.ts'
import { planningDefinition } from './planning-definition.ts'
import type { ServiceFunction } from './service-function.ts'

type Props = {
  readonly address: MachineAddress
  readonly plan: ServiceFunction<'plan'>
  readonly alarms: Alarms
}

/** One execution per planning run: it takes longer than the API waits, is tried again after a crash, and says when it cannot. */
export class PlanningWorkflow extends Construct {
  readonly machine: StateMachine

  constructor(scope: Construct, id: string, { address, plan, alarms }: Props) {
    super(scope, id)
    const here = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } }
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: here }),
    })
    const { functionArn } = plan.lambda
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }))
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: address.machineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(planningDefinition(functionArn))),
      role,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    })
    alarms.whenAny(this, 'Broken', {
      says: 'An execution that plans failed and could not even say so; the sweeper ends its run. See the log of the function.',
      metric: this.machine.metricFailed(everyFiveMinutes),
    })
    acknowledge(
      this.machine,
      'AwsSolutions-SF1',
      'Errors are logged; what a planning run did stands in its history in the table.',
    )
    for (const rule of ['AwsSolutions-SF2', 'Serverless-StepFunctionStateMachineXray'])
      acknowledge(this.machine, rule, 'It has one step; its log carries the id of the run.')
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'Delivery of logs of state machines has no resource-level permissions.',
    )
  }
}
