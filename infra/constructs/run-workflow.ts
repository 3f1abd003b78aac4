import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { MachineAddress } from './machine-address.ts'
import { runDefinition } from './run-definition.ts'
import type { ServiceFunction } from './service-function.ts'

type Props = {
  readonly address: MachineAddress
  readonly prepare: ServiceFunction<'prepare'>
  readonly drive: ServiceFunction<'drive'>
  readonly finish: ServiceFunction<'finish'>
  readonly alarms: Alarms
}

/** One execution per run. Standard, because a drive may take days and waits for a callback. */
export class RunWorkflow extends Construct {
  readonly machine: StateMachine

  constructor(scope: Construct, id: string, { address, prepare, drive, finish, alarms }: Props) {
    super(scope, id)
    const here = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } }
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: here }),
    })
    const functions = [prepare, drive, finish].map(({ lambda }) => lambda.functionArn)
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: functions }))
    const definition = runDefinition({
      prepare: prepare.lambda.functionArn,
      drive: drive.lambda.functionArn,
      finish: finish.lambda.functionArn,
    })
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: address.machineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(Stack.of(this).toJsonString(definition)),
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
      says: 'An execution failed: a step of a run crashed again and again. Its run is settled by itself; see the log of the step that failed.',
      metric: this.machine.metricFailed(everyFiveMinutes),
    })
    acknowledge(
      this.machine,
      'AwsSolutions-SF1',
      'Errors are logged; every step of a run stands in its history in the table, so logging all events would pay twice.',
    )
    acknowledge(
      this.machine,
      'AwsSolutions-SF2',
      'Tracing would be billed per run; the history of a run and the logs by run id tell the same.',
    )
    acknowledge(
      this.machine,
      'Serverless-StepFunctionStateMachineXray',
      'Tracing would be billed per run; the history of a run and the logs by run id tell the same.',
    )
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'Delivery of logs of state machines has no resource-level permissions.',
    )
  }
}
