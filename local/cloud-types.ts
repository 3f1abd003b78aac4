/**
 * The shapes of the cloud on a laptop: what the template says (views), and what a running cloud offers to its HTTP API,
 * its broker, its commands and its tests.
 */
import type { CallerQuestion, Statement } from './endpoint/iam-types.ts'

/** Any JSON value as it appears in a template or on a wire. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** One global or primary index key: attribute names. */
export type KeySchema = { readonly partition: string; readonly sort?: string | undefined }

export type TableView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  /** The body of a CreateTable call. */
  readonly createTable: JsonObject
  readonly ttlAttribute?: string | undefined
}

export type FunctionView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  /** Directory of the bundle on this machine. */
  readonly codeDir: string
  /** `<file>.<export>`, such as `index.handler`. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  readonly roleArn: string
}

export type RoleView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  /** Service principals that may assume it, such as `scheduler.amazonaws.com`. */
  readonly trusts: readonly string[]
  readonly statements: readonly Statement[]
}

/** AWS::Lambda::Permission: who besides roles may invoke a function. */
export type InvokePermission = {
  readonly functionArn: string
  readonly principal: string
  readonly sourceArn?: string | undefined
}

export type StateMachineView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** Amazon States Language, intrinsics resolved. */
  readonly definition: JsonObject
}

export type ScheduleGroupView = { readonly logicalId: string; readonly name: string; readonly arn: string }

export type EventRuleView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly enabled: boolean
  readonly pattern?: JsonObject | undefined
  /** `rate(…)` or `cron(…)`. */
  readonly scheduleExpression?: string | undefined
  readonly targets: readonly EventTargetView[]
}
export type EventTargetView = {
  readonly id: string
  readonly arn: string
  /** Constant JSON text sent instead of the event. */
  readonly input?: string | undefined
  readonly deadLetterArn?: string | undefined
  readonly maximumRetryAttempts: number
}

export type QueueView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly url: string
}

export type TopicRuleView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly enabled: boolean
  readonly sql: string
  readonly sqlVersion: string
  /** ARNs of the functions that the rule's actions invoke. */
  readonly functionArns: readonly string[]
  /** Where a message goes whose action failed. */
  readonly errorQueue?: { readonly queueUrl: string; readonly roleArn: string; readonly useBase64: boolean } | undefined
}

/** An AWS::IoT::Policy; resources may hold `${iot:Connection.Thing.ThingName}` and other IoT variables, unresolved. */
export type IotPolicyView = {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly statements: readonly Statement[]
}

export type HttpApiView = {
  readonly logicalId: string
  readonly id: string
  readonly name: string
  readonly executeArn: string
  readonly cors?: JsonObject | undefined
  readonly routes: readonly HttpRouteView[]
}
export type HttpRouteView = {
  readonly logicalId: string
  /** `GET /v1/things/{thingId}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string
  readonly functionArn: string
  readonly payloadFormatVersion: string
  /** Milliseconds after which the gateway answers 503 or 504. */
  readonly timeoutMs: number
  /** Absent on a public route. */
  readonly jwt?: JwtAuthorizerView | undefined
}
export type JwtAuthorizerView = {
  readonly logicalId: string
  readonly issuer: string
  readonly audience: readonly string[]
  /** Where the token is: `$request.header.Authorization`. */
  readonly identitySource: string
  readonly scopes: readonly string[]
}

export type UserPoolView = {
  readonly logicalId: string
  readonly id: string
  readonly arn: string
  readonly clients: readonly { readonly logicalId: string; readonly id: string }[]
}

/** Everything that the laptop cloud reads from the synthesised stacks, names and ARNs made concrete. */
export type Template = {
  readonly account: string
  readonly region: string
  readonly tables: readonly TableView[]
  readonly functions: readonly FunctionView[]
  readonly roles: readonly RoleView[]
  readonly invokePermissions: readonly InvokePermission[]
  readonly stateMachines: readonly StateMachineView[]
  readonly scheduleGroups: readonly ScheduleGroupView[]
  readonly eventRules: readonly EventRuleView[]
  readonly queues: readonly QueueView[]
  readonly topicRules: readonly TopicRuleView[]
  readonly iotPolicies: readonly IotPolicyView[]
  readonly httpApis: readonly HttpApiView[]
  readonly userPools: readonly UserPoolView[]
  /** Stack outputs by output name (without the stack), resolved. */
  readonly outputs: Readonly<Record<string, string>>
}

/** The broker, as the endpoint sees it: IoT data plane Publish. Resolves when the broker has taken the message. */
export type IotPort = { publish(topic: string, payload: Uint8Array | string): Promise<void> }

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
  /** States entered, retries included, plus one for the start. */
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

export type Cloud = {
  /** For AWS_ENDPOINT_URL. */
  readonly endpointUrl: string
  readonly template: Template
  readonly dataDir: string
  /** Invokes a function by logical id, name, ARN or a unique part of the logical id (`Prepare`), without asking IAM. */
  invoke(functionId: string, event: Json): Promise<InvokeResult>
  /** Invokes a function on behalf of a service: refused where no AWS::Lambda::Permission says so. */
  invokeAsService(call: InvokeAsService): Promise<InvokeResult>
  readonly authorise: Authorise
  readonly meter: Meter
  readonly faults: Faults
  readonly scheduler: SchedulerControl
  readonly stepFunctions: StepFunctionsControl
  readonly events: EventsControl
  readonly queues: QueuesControl
  /** Publish calls before this fail with a clear message. */
  attachIot(port: IotPort): void
  /** Appends a line to `<dataDir>/cloud.log`. */
  log(source: string, line: string): void
  /** Stops timers, workers, DynamoDB and the server; running executions resume at the next start. */
  stop(): Promise<void>
}

export type CloudOptions = {
  /** Directory of the synthesised cloud assembly (`cdk.out`). */
  readonly assembly: string
  /** Everything durable lives here. Created where missing. */
  readonly dataDir: string
  /** Port of the AWS endpoint; 0 or absent takes a free one. */
  readonly port?: number | undefined
  readonly iot?: IotPort | undefined
  /** One short sentence for each step of booting. */
  readonly onProgress?: ((step: string) => void) | undefined
  readonly faults?: readonly Fault[] | undefined
  /** Added to every function's environment, over the template's. */
  readonly environment?: Readonly<Record<string, string>> | undefined
}
