import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { MachineAddress } from './machine-address.ts'

type Machine = {
  readonly address: MachineAddress
  /** ARNs of the functions that it invokes. */
  readonly functions: readonly string[]
  readonly definition: object
  readonly alarms: Alarms
  /** What it means that an execution failed. */
  readonly brokenSays: string
  /** Why errors alone are logged, and why nothing is traced. */
  readonly because: { readonly logs: string; readonly traces: string }
}

/** A state machine whose executions invoke functions and nothing else, with its role, its log and its alarm. */
export const makeStateMachine = (
  scope: Construct,
  { address, functions, definition, alarms, brokenSays, because }: Machine,
): StateMachine => {
  const stack = Stack.of(scope)
  const here = { StringEquals: { 'aws:SourceAccount': stack.account } }
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: here }),
  })
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...functions] }))
  const machine = new StateMachine(scope, 'Machine', {
    stateMachineName: address.machineName,
    stateMachineType: StateMachineType.STANDARD,
    definitionBody: DefinitionBody.fromString(stack.toJsonString(definition)),
    role,
    logs: {
      destination: new LogGroup(scope, 'Logs', {
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: LogLevel.ERROR,
      includeExecutionData: false,
    },
  })
  alarms.whenAny(scope, 'Broken', { says: brokenSays, metric: machine.metricFailed(everyFiveMinutes) })
  acknowledge(machine, 'AwsSolutions-SF1', because.logs)
  for (const rule of ['AwsSolutions-SF2', 'Serverless-StepFunctionStateMachineXray'])
    acknowledge(machine, rule, because.traces)
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'Delivery of logs of state machines has no resource-level permissions.',
  )
  return machine
}
