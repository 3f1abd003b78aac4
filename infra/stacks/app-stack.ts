import { CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { EnvironmentOf, FunctionName } from '#contracts/environment.ts'
import type { Bundles } from '../bundles.ts'
import { AgentGateway } from '../constructs/agent-gateway.ts'
import { Alarms } from '../constructs/alarms.ts'
import { DeadLetters } from '../constructs/dead-letters.ts'
import type { FileStore } from '../constructs/file-store.ts'
import { HttpGateway } from '../constructs/http-gateway.ts'
import { MachineAddress } from '../constructs/machine-address.ts'
import type { MainTable } from '../constructs/main-table.ts'
import { Notifier } from '../constructs/notifier.ts'
import type { People } from '../constructs/people.ts'
import { planTimeoutSeconds } from '../constructs/planning-definition.ts'
import { PlanningWorkflow } from '../constructs/planning-workflow.ts'
import { Reactions } from '../constructs/reactions.ts'
import { RunWorkflow } from '../constructs/run-workflow.ts'
import { ServiceFunction, type ServiceFunctionProps } from '../constructs/service-function.ts'
import { Timetable } from '../constructs/timetable.ts'

type Props = {
  readonly stage: string
  readonly bundles: Bundles
  readonly table: MainTable
  readonly people: People
  readonly files: FileStore
  /** Whether addresses that people give may lie in private networks. */
  readonly webhooks: 'public' | 'anywhere'
  /** Sender of mail, an identity that SES has verified; empty where no mail is sent. */
  readonly mailFrom: string
}

/** Everything that can be made again: the functions, the workflow, the timetable, and the ways in. */
export class AppStack extends Stack {
  constructor(scope: Construct, id: string, { stage, bundles, table, people, files, webhooks, mailFrom }: Props) {
    super(scope, id, { description: `Benchtime (${stage}): app` })
    const common = { TABLE_NAME: table.table.tableName, STAGE: stage }
    const make = <F extends FunctionName>(
      construct: string,
      name: F,
      environment: EnvironmentOf<F>,
      more: Partial<ServiceFunctionProps<F>> = {},
    ) => new ServiceFunction<F>(this, construct, { bundle: bundles[name], environment, ...more })
    const alarms = new Alarms(this, 'Alarms')

    // The path of a run.
    const runs = new MachineAddress(this, stage, 'runs')
    const atRuns = { STATE_MACHINE_ARN: runs.machineArn }
    const timetable = new Timetable(this, 'Timetable', { stage, alarms })
    const entries = {
      SCHEDULE_GROUP_NAME: timetable.groupName,
      SCHEDULER_ROLE_ARN: timetable.role.roleArn,
      SCHEDULER_DLQ_ARN: timetable.neverStarted.queue.queueArn,
    }
    const starting = { ...atRuns, ...entries }
    const outward = { WEBHOOKS: webhooks }
    const inBucket = { BUCKET_NAME: files.bucket.bucketName }
    const prepare = make('Prepare', 'prepare', { ...common, ...starting, ...outward })
    const drive = make('Drive', 'drive', common)
    const finish = make('Finish', 'finish', { ...common, ...atRuns })
    const workflow = new RunWorkflow(this, 'Runs', { address: runs, prepare, drive, finish, alarms })

    // Planning that takes longer than a request.
    const plannings = new MachineAddress(this, stage, 'planning')
    const atPlannings = { PLANNING_MACHINE_ARN: plannings.machineArn }
    const plan = make('Plan', 'plan', common, { memory: 3008, timeout: Duration.seconds(planTimeoutSeconds) })
    new PlanningWorkflow(this, 'Plannings', { address: plannings, plan, alarms })

    // The ways in.
    const api = make('ApiFunction', 'api', { ...common, ...outward, ...inBucket }, { memory: 1024 })
    const reads = make('Reads', 'reads', common, { memory: 1024 })
    const availability = make('Availability', 'availability', common, { memory: 1024 })
    const schedules = make('Schedules', 'schedules', { ...common, ...starting }, { memory: 1024 })
    const bookings = make('Bookings', 'bookings', common, { memory: 1024 })
    const operations = make('Operations', 'operations', { ...common, ...starting }, { memory: 1024 })
    const enrolment = make('Enrolment', 'enrolment', common)
    const orders = make('Orders', 'orders', common, { memory: 1024 })
    // More memory is more processor: a plan is computed within a request.
    const planner = make('Planner', 'planner', common, { memory: 3008, timeout: Duration.seconds(29) })
    const slots = make('Slots', 'slots', { ...common, ...starting }, { memory: 1024, timeout: Duration.seconds(29) })
    const proposals = make('Proposals', 'proposals', common, { memory: 1024 })
    const approvals = make(
      'Approvals',
      'approvals',
      { ...common, ...starting },
      { memory: 1024, timeout: Duration.seconds(29) },
    )
    const planning = make('Planning', 'planning', { ...common, ...atPlannings, ...entries })
    const roster = make('Roster', 'roster', common, { memory: 1024 })
    const feeds = make('Feeds', 'feeds', common)
    const front = make('Front', 'front', {})
    const http = new HttpGateway(this, 'HttpApi', {
      stage,
      functions: {
        api,
        reads,
        availability,
        schedules,
        bookings,
        operations,
        enrolment,
        orders,
        planner,
        slots,
        proposals,
        approvals,
        planning,
        roster,
        feeds,
        front,
      },
      people,
      alarms,
    })
    const unread = new DeadLetters(this, 'Unread', {
      alarms,
      what: 'What an agent said could not be handed to the agents function, or failed there for good.',
    })
    const agents = make('Agents', 'agents', { ...common, ...inBucket }, { deadLetters: unread })
    const agentGateway = new AgentGateway(this, 'AgentGateway', { stage, agents, unread })

    // What happens by itself.
    const unhandled = new DeadLetters(this, 'Unhandled', {
      alarms,
      what: 'The end of an execution could not be handled, or a sweep failed; a later sweep settles what was left open.',
    })
    const executionEnded = make(
      'ExecutionEnded',
      'execution-ended',
      { ...common, ...atRuns },
      { deadLetters: unhandled },
    )
    const sweeping = { timeout: Duration.minutes(4), deadLetters: unhandled }
    const sweeper = make('Sweeper', 'sweeper', { ...common, ...starting, ...atPlannings, ...inBucket }, sweeping)
    const timekeeper = make(
      'Timekeeper',
      'timekeeper',
      { ...common, ...starting },
      {
        timeout: Duration.seconds(58),
        deadLetters: unhandled,
      },
    )
    const auditor = make('Auditor', 'auditor', common, { ...sweeping, memory: 1024 })
    const untold = new DeadLetters(this, 'Untold', {
      alarms,
      what: 'Something could not be told to those who subscribed to it, after all tries.',
    })
    const notifier = make(
      'NotifierFunction',
      'notifier',
      { ...common, ...outward, MAIL_FROM: mailFrom },
      { timeout: Duration.seconds(55), memory: 256, deadLetters: untold },
    )
    new Notifier(this, 'Notifier', { table, notifier, untold, alarms, mailFrom })
    new Reactions(this, 'Reactions', { workflow, executionEnded, sweeper, timekeeper, auditor, unhandled, alarms })

    // Who may do what.
    files.grant(api, 'artifacts', 'Get')
    files.grant(agents, 'artifacts', 'Put')
    files.grant(sweeper, 'artifacts', 'Delete')
    files.grant(sweeper, 'exports', 'Put')
    table.grantRead(prepare, 'byParent', 'byAttention')
    for (const answering of [
      api,
      reads,
      availability,
      schedules,
      bookings,
      operations,
      enrolment,
      orders,
      planner,
      slots,
      proposals,
      approvals,
      planning,
      roster,
      plan,
      auditor,
    ])
      table.grantRead(answering, 'byParent', 'byAttention')
    table.grantRead(feeds, 'byParent')
    for (const looking of [
      reads,
      availability,
      operations,
      planner,
      plan,
      slots,
      approvals,
      roster,
      auditor,
      sweeper,
      timekeeper,
    ])
      table.grantRead(looking, 'byDay')
    table.grantRead(sweeper, 'byParent', 'byAttention')
    table.grantRead(timekeeper, 'byParent', 'byAttention')
    table.grantRead(notifier, 'byParent', 'byAttention')
    for (const ending of [finish, executionEnded]) table.grantRead(ending, 'byParent', 'byAttention')
    for (const reader of [drive, agents]) table.grantRead(reader)
    for (const writer of [
      prepare,
      drive,
      finish,
      agents,
      api,
      schedules,
      bookings,
      operations,
      enrolment,
      orders,
      planner,
      slots,
      proposals,
      approvals,
      planning,
      roster,
      plan,
      executionEnded,
      sweeper,
      timekeeper,
      auditor,
      notifier,
    ])
      table.grantWrite(writer)
    for (const remover of [
      finish,
      agents,
      api,
      schedules,
      bookings,
      operations,
      slots,
      approvals,
      planning,
      roster,
      executionEnded,
      sweeper,
      timekeeper,
    ])
      table.grantRemove(remover)
    for (const sender of [prepare, drive, agents, operations]) agentGateway.grantSend(sender)
    agentGateway.grantEnrol(enrolment)
    for (const keeper of [schedules, operations, slots, approvals, planning, prepare, sweeper, timekeeper])
      timetable.grantManage(keeper)
    timetable.grantInspect(sweeper)
    for (const starter of [operations, schedules, prepare, finish, executionEnded, sweeper, timetable.role])
      runs.grantStart(starter)
    for (const stopper of [operations, prepare]) runs.grantStop(stopper)
    runs.grantDescribe(sweeper)
    for (const starter of [planning, sweeper, timetable.role]) plannings.grantStart(starter)
    runs.grantAnswer(agents)
    new CfnOutput(this, 'ApiUrl', { value: http.url })
    new CfnOutput(this, 'AgentPolicyName', { value: agentGateway.policyName })
    new CfnOutput(this, 'AlarmTopicArn', { value: alarms.topic.topicArn })
    new CfnOutput(this, 'StateMachineArn', { value: workflow.machine.stateMachineArn })
  }
}
