import { ArnFormat, type Stack } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { acknowledgeWildcard } from './acknowledge.ts'

const arnFormat = ArnFormat.COLON_RESOURCE_NAME

/**
 * Where a state machine is, and who may do what with it. It is named by us, because its own functions start executions of it:
 * they can be told where it is before it is there.
 */
export class MachineAddress {
  readonly machineName: string
  readonly machineArn: string
  readonly #executions: string

  constructor(stack: Stack, stage: string, what: 'runs' | 'planning') {
    this.machineName = `benchtime-${stage}-${what}`
    const of = { service: 'states', arnFormat }
    this.machineArn = stack.formatArn({ ...of, resource: 'stateMachine', resourceName: this.machineName })
    this.#executions = stack.formatArn({ ...of, resource: 'execution', resourceName: `${this.machineName}:*` })
  }

  grantStart(grantee: IGrantable): void {
    this.#allow(grantee, ['states:StartExecution'], this.machineArn)
  }

  grantStop(grantee: IGrantable): void {
    this.#allowOnExecutions(grantee, ['states:StopExecution'])
  }

  grantDescribe(grantee: IGrantable): void {
    this.#allowOnExecutions(grantee, ['states:DescribeExecution'])
  }

  /** Answers to the Drive state: the agents function alone. */
  grantAnswer(grantee: IGrantable): void {
    this.#allow(
      grantee,
      ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
      this.machineArn,
    )
  }

  #allowOnExecutions(grantee: IGrantable, actions: string[]): void {
    this.#allow(grantee, actions, this.#executions)
    acknowledgeWildcard(
      grantee,
      'states',
      `execution:${this.machineName}:*`,
      'Executions are named at run time; all of them belong to this machine.',
    )
  }

  #allow(grantee: IGrantable, actions: string[], resource: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }))
  }
}
