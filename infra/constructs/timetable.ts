import { Stack } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct, type IConstruct } from 'constructs'
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts'
import type { Alarms } from './alarms.ts'
import { DeadLetters } from './dead-letters.ts'

/** EventBridge Scheduler: one group per stage, one entry per schedule of a person, and the role that starts executions. */
export class Timetable extends Construct {
  readonly groupName: string
  readonly role: Role
  readonly neverStarted: DeadLetters

  constructor(scope: Construct, id: string, { stage, alarms }: { readonly stage: string; readonly alarms: Alarms }) {
    super(scope, id)
    this.groupName = `benchtime-${stage}`
    const group = new CfnScheduleGroup(this, 'Group', { name: this.groupName })
    this.neverStarted = new DeadLetters(this, 'NeverStarted', {
      alarms,
      what: 'A schedule fired and no execution could be started.',
    })
    // Only for entries of our group: no other schedule of the account can borrow the role.
    const ours = { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.attrArn }
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: ours } }),
    })
    this.neverStarted.grantSend(this.role)
  }

  /** See which entries there are, and what stands in them. */
  grantInspect(grantee: IGrantable): void {
    const stack = Stack.of(this)
    const entries = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.groupName}/*`,
    })
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['scheduler:GetSchedule'], resources: [entries] }),
    )
    // The list of a group has no narrower resource.
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['scheduler:ListSchedules'], resources: ['*'] }),
    )
    acknowledge(
      grantee.grantPrincipal as unknown as IConstruct,
      'AwsSolutions-IAM5[Resource::*]',
      'ListSchedules has no resource-level permissions; it tells names and dates of entries, and nothing else.',
    )
  }

  /** Create, replace and remove entries of the group, with this role and no other. */
  grantManage(grantee: IGrantable): void {
    const entries = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.groupName}/*`,
    })
    const actions = ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule']
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [entries] }))
    acknowledgeWildcard(
      grantee,
      'scheduler',
      `schedule/${this.groupName}/*`,
      'Entries are named at run time, within our group.',
    )
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    )
  }
}
