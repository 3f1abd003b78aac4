import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Construct } from 'constructs'
import { type SweeperEvent, sweeperSays, timekeeperSays } from '#contracts/workflow/messages.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { RunWorkflow } from './run-workflow.ts'
import type { ServiceFunction } from './service-function.ts'

type Props = {
  readonly workflow: RunWorkflow
  readonly executionEnded: ServiceFunction<'execution-ended'>
  readonly sweeper: ServiceFunction<'sweeper'>
  readonly timekeeper: ServiceFunction<'timekeeper'>
  readonly auditor: ServiceFunction<'auditor'>
  readonly unhandled: DeadLetters
  readonly alarms: Alarms
}

/** What happens by itself: runs whose execution broke are settled at once, a sweep every five minutes finds the rest, every hour both sides of the timetable are compared, every minute somebody looks at the clock, and every quarter of an hour whether a verification is due. */
export class Reactions extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { workflow, executionEnded, sweeper, timekeeper, auditor, unhandled, alarms }: Props,
  ) {
    super(scope, id)
    new Rule(this, 'ExecutionEnded', {
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [workflow.machine.stateMachineArn] },
      },
      targets: [
        new LambdaFunction(executionEnded.lambda, {
          deadLetterQueue: unhandled.queue,
          retryAttempts: 20,
          maxEventAge: Duration.hours(1),
        }),
      ],
    })
    // A sweep that comes late is worth nothing: the next one is due.
    new Rule(this, 'Sweep', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [
        new LambdaFunction(sweeper.lambda, {
          deadLetterQueue: unhandled.queue,
          retryAttempts: 2,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    })
    // Every minute, because time that is given back is worth something to those who wait for it.
    new Rule(this, 'Minute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(timekeeper.lambda, {
          deadLetterQueue: unhandled.queue,
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    })
    // A report that is due waits for the next time, which makes it.
    new Rule(this, 'Audit', {
      schedule: Schedule.rate(Duration.minutes(15)),
      targets: [
        new LambdaFunction(auditor.lambda, {
          deadLetterQueue: unhandled.queue,
          retryAttempts: 0,
          maxEventAge: Duration.minutes(10),
        }),
      ],
    })
    new Rule(this, 'Tidy', {
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [
        new LambdaFunction(sweeper.lambda, {
          event: RuleTargetInput.fromObject({ task: 'tidy' } satisfies SweeperEvent),
          deadLetterQueue: unhandled.queue,
          retryAttempts: 2,
          maxEventAge: Duration.minutes(30),
        }),
      ],
    })
    alarms.whenSaid(this, 'FiringsMissed', {
      logGroup: sweeper.logGroup,
      message: sweeperSays.missed,
      says: 'Firings of schedules did not come. GET …/schedules/{id}/ledger tells which, the queue of firings that were never started tells why.',
    })
    alarms.whenSaid(this, 'Drifted', {
      logGroup: sweeper.logGroup,
      message: sweeperSays.drifted,
      says: 'EventBridge Scheduler held something else than the schedules say. It was put right; find out who changes entries by hand.',
    })
    alarms.whenAny(this, 'TimekeeperFails', {
      says: 'The timekeeper failed for fifteen minutes. Holds do not expire and unused bookings stay; see its log.',
      metric: timekeeper.lambda.metricErrors(everyFiveMinutes),
      periods: 3,
    })
    alarms.whenNone(this, 'TimekeeperSilent', {
      says: 'The timekeeper did not run for fifteen minutes. Holds do not expire and unused bookings stay; see whether its rule is disabled.',
      metric: timekeeper.lambda.metricInvocations(everyFiveMinutes),
      periods: 3,
    })
    alarms.whenSaid(this, 'MigrationFails', {
      logGroup: timekeeper.logGroup,
      message: timekeeperSays.notMigrated,
      says: 'A migration of what is stored failed. It is tried again every minute; GET …/migrations tells how far it is, the log of the timekeeper why it failed.',
    })
    alarms.whenAny(this, 'AuditorFails', {
      says: 'The auditor failed. The daily verification of some workspace is not made, so nobody is told what is wrong with the coming days; see its log.',
      metric: auditor.lambda.metricErrors(everyFiveMinutes),
    })
    alarms.whenNone(this, 'AuditorSilent', {
      says: 'The auditor did not run for an hour. Daily verifications are not made; see whether its rule is disabled.',
      metric: auditor.lambda.metricInvocations({ ...everyFiveMinutes, period: Duration.hours(1) }),
    })
    alarms.whenAny(this, 'SweepFails', {
      says: 'The sweeper failed for fifteen minutes. Runs may stay open and assets held; see its log.',
      metric: sweeper.lambda.metricErrors(everyFiveMinutes),
      periods: 3,
    })
    alarms.whenNone(this, 'SweepSilent', {
      says: 'The sweeper did not run for fifteen minutes. Runs may stay open and assets held; see whether its rule is disabled.',
      metric: sweeper.lambda.metricInvocations(everyFiveMinutes),
      periods: 3,
    })
  }
}
