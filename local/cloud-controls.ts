/** What a running laptop cloud lets its tests, commands and people see and do: counts, faults, firings, executions, queues. */
import type { CallerQuestion } from './endpoint/iam-types.ts'
import type { Json, JsonObject } from './json.ts'

/** What an invocation of a function gave. `errorType` present means that the function failed. */
export type InvokeResult =
  | { readonly ok: true; readonly payload: Json }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string; readonly trace: readonly string[] }

/** Counts since the cloud started (or since a snapshot, with `since`). Plain data, safe to serialise. */
export type MeterSnapshot = {
  /** Calls by `<service>:<operation>`. */
  readonly calls: Readonly<Record<string, number>>
  readonly readUnits: number
  readonly writeUnits: number
  /** States entered, retries included; the start of an execution is not counted. https://aws.amazon.com/step-functions/pricing/ */
  readonly transitions: number
  readonly lambdaInvocations: number
  /** Billed duration × memory, in GB-seconds (per invocation rounded up to a millisecond). */
  readonly lambdaGbSeconds: number
  /** Messages in and out of the broker, in 5 KB units; Basic Ingest is not counted. */
  readonly iotMessages: number
  /** Topic rules triggered, in 5 KB units. */
  readonly iotRules: number
  /** Actions executed by topic rules, in 5 KB units. */
  readonly iotActions: number
  readonly schedulerInvocations: number
  readonly httpRequests: number
}
export type Counter = Exclude<keyof MeterSnapshot, 'calls'>

export type Meter = {
  count(counter: Counter, by?: number): void
  countCall(service: string, operation: string): void
  snapshot(): MeterSnapshot
  /** What was counted after an earlier snapshot. */
  since(earlier: MeterSnapshot): MeterSnapshot
  /** The grants that were exercised: `<role arn> <action> <resource>` triples, for finding grants that nothing uses. */
  usedGrants(): readonly { readonly roleArn: string; readonly action: string; readonly resource: string }[]
}

/**
 * A fault to inject. It matches a call by function (logical id, name or a part of it such as `prepare`), service and
 * operation; what is left out matches anything. `service: 'lambda', operation: 'Invoke'` matches invocations of the function.
 */
export type Fault = {
  readonly function?: string | undefined
  readonly service?: string | undefined
  readonly operation?: string | undefined
  /** Skip this many matching calls first; default 0. */
  readonly skip?: number | undefined
  /** How many matching calls it hits, then it is spent; default 1. */
  readonly times?: number | undefined
  readonly effect: /** Refused before anything happens, as AWS throttles. */
    | { readonly kind: 'throttle' }
    /** Waits, then goes on. */
    | { readonly kind: 'delay'; readonly ms: number }
    /** Answers an internal error; nothing happened. */
    | { readonly kind: 'fail' }
    /** The call takes effect; the answer is an internal error. */
    | { readonly kind: 'fail-after-commit' }
    /** The call takes effect; then the calling function's process dies. For `lambda:Invoke`: the function dies after its work. */
    | { readonly kind: 'crash-after-commit' }
}
export type Faults = {
  /** Adds a fault; the answer tells how often it has struck and removes it. */
  inject(fault: Fault): { readonly struck: () => number; readonly remove: () => void }
  clear(): void
}

/** EventBridge Scheduler, as tests and commands see it. */
export type SchedulerControl = {
  /**
   * Delivers a schedule's target call now, `times` times (duplicates have the same scheduled time, and each its own
   * execution id, the worst that at-least-once delivery allows). Does not change when the schedule fires next.
   * @returns the execution ARNs that StartExecution answered.
   */
  fire(
    name: string,
    options?: { readonly times?: number; readonly scheduledTime?: string; readonly group?: string },
  ): Promise<readonly string[]>
  /** Removes a schedule, as somebody would by hand. */
  forget(name: string): void
  list(): readonly { readonly group: string; readonly name: string; readonly state: string; readonly nextAt?: string }[]
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'
export type ExecutionView = {
  readonly arn: string
  readonly name: string
  readonly stateMachineArn: string
  readonly status: ExecutionStatus
  readonly input: string
  readonly output?: string | undefined
  readonly error?: string | undefined
  readonly cause?: string | undefined
  /** ISO-8601. */
  readonly startDate: string
  readonly stopDate?: string | undefined
  /** The state it is in, or was in last. */
  readonly state: string
  /** States entered, each retry again: "a state transition each time a step of your workflow is executed". */
  readonly transitions: number
}
export type StepFunctionsControl = {
  describe(executionArn: string): ExecutionView | undefined
  list(): readonly ExecutionView[]
  /** As an operator in the console would. The execution ends ABORTED. */
  stop(executionArn: string, cause?: string): Promise<void>
}

export type EventsControl = {
  /** Runs a scheduled rule now, by name or logical id. Resolves when its targets have answered. */
  runRule(name: string): Promise<void>
  /** Puts an event on the default bus. Resolves when the targets of every matching rule have answered. */
  put(event: JsonObject): Promise<void>
}

export type QueueMessage = {
  readonly id: string
  readonly body: string
  readonly attributes: JsonObject
  readonly sentAt: string
}
export type QueuesControl = {
  /** By name, URL or ARN. */
  send(queue: string, body: string, attributes?: JsonObject): Promise<void>
  messages(queue: string): readonly QueueMessage[]
}

/** A principal asks for an action on a resource. Throws AccessDenied, naming all three, where the template grants it nowhere. */
export type Authorise = (question: CallerQuestion) => void

/** Whether a service (`apigateway.amazonaws.com`, `iot.amazonaws.com`, `events.amazonaws.com`) may invoke a function. */
export type InvokeAsService = {
  readonly service: string
  /** ARN of the route, rule or topic rule that calls. */
  readonly sourceArn: string
  /** ARN, name or logical id. */
  readonly function: string
  readonly event: Json
  /** Calls without a waiting caller (IoT, EventBridge) are retried by Lambda as AWS documents: twice. */
  readonly async?: boolean
}
