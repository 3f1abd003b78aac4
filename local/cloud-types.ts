/**
 * The shapes of the cloud on a laptop: what the template says (views), and what a running cloud offers to its HTTP API,
 * its broker and its commands.
 */
import type {
  Authorise,
  EventsControl,
  Fault,
  Faults,
  InvokeAsService,
  InvokeResult,
  Meter,
  QueuesControl,
  SchedulerControl,
  StepFunctionsControl,
} from './cloud-controls.ts'
import type { Statement } from './endpoint/iam-types.ts'
import type { Json, JsonObject } from './json.ts'
import type { Authority } from './services/iot/authority.ts'
import type { Holder } from './services/iot/registry.ts'

export type { Json, JsonObject } from './json.ts'

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

/** An AWS::Lambda::EventSourceMapping from a table's stream to a function. */
export type EventSourceView = {
  readonly logicalId: string
  readonly table: string
  readonly sourceArn: string
  readonly functionArn: string
  readonly batchSize: number
  readonly windowMs: number
  readonly retries: number
  readonly bisects: boolean
  readonly startingPosition: string
  readonly onFailureArn?: string | undefined
  /** A record that matches none of them goes nowhere. */
  readonly patterns: readonly JsonObject[]
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
  readonly eventSources: readonly EventSourceView[]
  /** Names of buckets. */
  readonly buckets: readonly string[]
  readonly queues: readonly QueueView[]
  readonly topicRules: readonly TopicRuleView[]
  readonly iotPolicies: readonly IotPolicyView[]
  readonly httpApis: readonly HttpApiView[]
  readonly userPools: readonly UserPoolView[]
  /** Stack outputs by output name (without the stack), resolved. */
  readonly outputs: Readonly<Record<string, string>>
}

/** The broker, as the endpoint sees it. */
export type IotPort = {
  /** host:port where agents with certificates connect. */
  readonly secureAddress: string
  /** IoT data plane Publish. Resolves when the broker has taken the message. */
  publish(topic: string, payload: Uint8Array | string): Promise<void>
  /** Ends the connections of a certificate. */
  putOut(certificateId: string): void
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
  readonly streams: { settle(): Promise<void> }
  /** What would have been mailed. */
  readonly outbox: {
    all(): readonly {
      recipient: string
      subject: string
      text: string
      html: string
      sender: string
      id: string
      sentAt: number
    }[]
  }
  readonly iot: {
    readonly authority: Authority
    /** Who is let in by a certificate. */
    holder(certificateId: string): Holder | undefined
    /** Publish calls before this fail with a clear message. */
    attach(port: IotPort): void
  }
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
  /** One short sentence for each step of booting. */
  readonly onProgress?: ((step: string) => void) | undefined
  readonly faults?: readonly Fault[] | undefined
  /** Added to every function's environment, over the template's. */
  readonly environment?: Readonly<Record<string, string>> | undefined
}
