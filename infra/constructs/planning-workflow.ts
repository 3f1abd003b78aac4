import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Alarms } from './alarms.ts'
import type { MachineAddress } from './machine-address.ts'
import { planningDefinition } from './planning-definition.ts'
import type { ServiceFunction } from './service-function.ts'
import { makeStateMachine } from './state-machine.ts'

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
    const { functionArn } = plan.lambda
    this.machine = makeStateMachine(this, {
      address,
      alarms,
      functions: [functionArn],
      definition: planningDefinition(functionArn),
      brokenSays:
        'An execution that plans failed and could not even say so; the sweeper ends its run. See the log of the function.',
      because: {
        logs: 'Errors are logged; what a planning run did stands in its history in the table.',
        traces: 'It has one step; its log carries the id of the run.',
      },
    })
  }
}
