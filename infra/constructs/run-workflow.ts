import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { Alarms } from './alarms.ts'
import type { MachineAddress } from './machine-address.ts'
import { runDefinition } from './run-definition.ts'
import type { ServiceFunction } from './service-function.ts'
import { makeStateMachine } from './state-machine.ts'

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
    const functions = {
      prepare: prepare.lambda.functionArn,
      drive: drive.lambda.functionArn,
      finish: finish.lambda.functionArn,
    }
    this.machine = makeStateMachine(this, {
      address,
      alarms,
      functions: Object.values(functions),
      definition: runDefinition(functions),
      brokenSays:
        'An execution failed: a step of a run crashed again and again. Its run is settled by itself; see the log of the step that failed.',
      because: {
        logs: 'Errors are logged; every step of a run stands in its history in the table, so logging all events would pay twice.',
        traces: 'Tracing would be billed per run; the history of a run and the logs by run id tell the same.',
      },
    })
  }
}
