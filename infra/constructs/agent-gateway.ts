import { Stack } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnPolicy, CfnTopicRule } from 'aws-cdk-lib/aws-iot'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { Construct, type IConstruct } from 'constructs'
import { agentPolicyName, agentRuleName, downlinkTopic, uplinkRuleSql } from '#contracts/agents/topics.ts'
import { acknowledge, acknowledgeWildcard } from './acknowledge.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { ServiceFunction } from './service-function.ts'

/** The way to the agents: one topic rule up, one topic down for each agent, and one policy for all of them. */
export class AgentGateway extends Construct {
  /** Name of the policy that is attached to the certificate of every agent. */
  readonly policyName: string

  constructor(
    scope: Construct,
    id: string,
    {
      stage,
      agents,
      unread,
    }: { readonly stage: string; readonly agents: ServiceFunction<'agents'>; readonly unread: DeadLetters },
  ) {
    super(scope, id)
    const { lambda } = agents
    const { account } = Stack.of(this)
    const ruleName = agentRuleName(stage)
    this.policyName = agentPolicyName(stage)
    const errorRole = new Role(this, 'ErrorRole', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    })
    unread.grantSend(errorRole)
    const rule = new CfnTopicRule(this, 'Rule', {
      ruleName,
      topicRulePayload: {
        sql: uplinkRuleSql,
        awsIotSqlVersion: '2016-03-23',
        ruleDisabled: false,
        actions: [{ lambda: { functionArn: lambda.functionArn } }],
        errorAction: { sqs: { queueUrl: unread.queue.queueUrl, roleArn: errorRole.roleArn, useBase64: false } },
      },
    })
    new CfnPermission(this, 'RuleMayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: lambda.functionArn,
      principal: 'iot.amazonaws.com',
      sourceArn: rule.attrArn,
      sourceAccount: account,
    })
    new CfnPolicy(this, 'Policy', {
      policyName: this.policyName,
      policyDocument: this.#policyOfOneThing(ruleName),
    })
  }

  /** An agent connects as its thing, speaks under its thing's name and hears what is addressed to it; nothing else. */
  #policyOfOneThing(ruleName: string): object {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of IoT Core, filled in by the broker
    const thing = '${iot:Connection.Thing.ThingName}'
    const arn = (resource: string, name: string) =>
      Stack.of(this).formatArn({ service: 'iot', resource, resourceName: name })
    return {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'iot:Connect',
          Resource: arn('client', thing),
          Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
        },
        {
          Effect: 'Allow',
          Action: 'iot:Publish',
          Resource: ['poll', 'report'].map((kind) =>
            arn('topic', `$aws/rules/${ruleName}/benchtime/up/${thing}/${kind}`),
          ),
        },
        { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn('topicfilter', downlinkTopic(thing)) },
        { Effect: 'Allow', Action: 'iot:Receive', Resource: arn('topic', downlinkTopic(thing)) },
      ],
    }
  }

  /**
   * Make things and certificates for agents, and let them in by the policy above. The names of certificates are known only
   * after they were made, and IAM cannot say which policy may be attached.
   */
  grantEnrol(grantee: IGrantable): void {
    const arn = (resource: string, name: string) =>
      Stack.of(this).formatArn({ service: 'iot', resource, resourceName: name })
    const things = arn('thing', 'ws_*')
    const certificates = arn('cert', '*')
    const allow = (actions: string[], resources: string[]) =>
      grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }))
    allow(['iot:CreateThing'], [things])
    allow(['iot:AttachThingPrincipal'], [things, certificates])
    allow(['iot:AttachPolicy', 'iot:UpdateCertificate'], [certificates])
    allow(['iot:CreateCertificateFromCsr', 'iot:DescribeEndpoint'], ['*'])
    acknowledge(
      grantee.grantPrincipal as unknown as IConstruct,
      'AwsSolutions-IAM5[Resource::*]',
      'A certificate has no name before it is made, and the endpoint belongs to the account: these actions know no resource.',
    )
    acknowledgeWildcard(grantee, 'iot', 'thing/ws_*', 'Agents are enrolled at run time; their things bear their names.')
    acknowledgeWildcard(grantee, 'iot', 'cert/*', 'A certificate is named by its own hash, when it has been made.')
  }

  /** Publish to any agent's downlink topic. */
  grantSend(grantee: IGrantable): void {
    const topics = Stack.of(this).formatArn({ service: 'iot', resource: 'topic', resourceName: downlinkTopic('*') })
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['iot:Publish'], resources: [topics] }))
    acknowledgeWildcard(
      grantee,
      'iot',
      `topic/${downlinkTopic('*')}`,
      'Agents are enrolled at run time; each has one downlink topic.',
    )
  }
}
