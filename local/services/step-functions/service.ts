/** Step Functions' API, as far as the product calls it. */
import type { Question } from '../../endpoint/iam-types.ts'
import { type Call, readJsonProtocol, type Service, ServiceError, textIn } from '../../endpoint/service.ts'
import type { StepFunctions } from './step-functions.ts'

const jsonIn = (input: Record<string, unknown>, key: string, error: string): string => {
  const text = (input[key] ?? '{}') as string
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new ServiceError(error, `"${key}" is not JSON.`)
  }
}

/** 1 to 80 characters without spaces, brackets, wildcards and other characters that the API refuses. */
const executionName = (input: Record<string, unknown>): string => {
  const name = (input.name ?? crypto.randomUUID()) as string
  if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/.test(name))
    throw new ServiceError('InvalidName', `Invalid Name: '${name}'`)
  return name
}

type Operation = (input: Record<string, unknown>, functions: StepFunctions) => Record<string, unknown>

const seconds = (ms: number): number => ms / 1000

const operations: Readonly<Record<string, Operation>> = {
  StartExecution: (input, functions) => {
    const stateMachineArn = textIn(input, 'stateMachineArn')
    const started = functions.start({
      stateMachineArn,
      name: executionName(input),
      input: jsonIn(input, 'input', 'InvalidExecutionInput'),
    })
    return { executionArn: started.executionArn, startDate: seconds(started.startedAt) }
  },
  StopExecution: (input, functions) => {
    const arn = textIn(input, 'executionArn')
    functions.abort(arn, input.error as string | undefined, input.cause as string | undefined)
    return { stopDate: seconds(functions.row(arn).stoppedAt ?? Date.now()) }
  },
  DescribeExecution: (input, functions) => {
    const row = functions.row(textIn(input, 'executionArn'))
    return {
      executionArn: row.arn,
      stateMachineArn: row.machineArn,
      name: row.name,
      status: row.status,
      startDate: seconds(row.startedAt),
      input: row.input,
      ...(row.stoppedAt !== null && { stopDate: seconds(row.stoppedAt) }),
      ...(row.output !== null && { output: row.output }),
      ...(row.error !== null && { error: row.error }),
      ...(row.cause !== null && { cause: row.cause }),
    }
  },
  SendTaskSuccess: (input, functions) => {
    functions.settle(textIn(input, 'taskToken'), {
      outcome: 'success',
      output: jsonIn(input, 'output', 'InvalidOutput'),
    })
    return {}
  },
  SendTaskFailure: (input, functions) => {
    const { error = '', cause = '' } = input as { error?: string; cause?: string }
    functions.settle(textIn(input, 'taskToken'), { outcome: 'failure', error, cause })
    return {}
  },
  SendTaskHeartbeat: (input, functions) => {
    functions.heartbeat(textIn(input, 'taskToken'))
    return {}
  },
}

export const createStepFunctionsService = (functions: StepFunctions, machineArns: readonly string[]): Service => {
  const resourceOf = ({ operation, input }: Call): string => {
    // A token that is not open any more belongs to no machine; who may answer for any machine may learn that it is closed.
    if (operation.startsWith('SendTask'))
      return functions.machineOfToken(String(input.taskToken)) ?? machineArns[0] ?? '*'
    return String(input.executionArn ?? input.stateMachineArn ?? '*')
  }
  return {
    signingName: 'states',
    throttle: 'ThrottlingException',
    read: readJsonProtocol,
    permissions: (call): Question[] => [{ action: `states:${call.operation}`, resource: resourceOf(call) }],
    handle: async ({ operation, input }) => {
      const act = operations[operation]
      if (!act) throw new ServiceError('UnknownOperationException', `Step Functions on a laptop has no ${operation}.`)
      return act(input, functions)
    },
  }
}
