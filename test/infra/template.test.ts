/** The templates that `cdk deploy` ships, beyond what the general template checks look at. */
import { beforeAll, describe, expect, test } from 'vitest'
import { environments, type FunctionName } from '#contracts/environment.ts'
import { routes } from '#contracts/http/routes.ts'
import { flat, type Json, ofType, only, type Resource, type Template, templatesOf } from './synthesised.ts'

let data: Template
let app: Template
let text: string

beforeAll(async () => {
  ;({ data, app, text } = await templatesOf())
})

const functions = (): Map<FunctionName, Resource> => {
  const found = new Map<FunctionName, Resource>()
  for (const [id, resource] of ofType(app, 'AWS::Lambda::Function')) {
    const name = (Object.keys(environments) as FunctionName[])
      .toSorted((a, b) => b.length - a.length)
      .find((candidate) => id.toLowerCase().startsWith(candidate.replaceAll('-', '')))
    if (name) found.set(name, resource)
  }
  return found
}

describe('the table', () => {
  test('can be restored to any second, is not deleted by accident, and outlives its stack', () => {
    const table = only(data, 'AWS::DynamoDB::Table')
    expect(table.Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    })
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  test('and the people are all that the data stack holds', () => {
    expect(Object.values(data.Resources).map(({ Type }) => Type)).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient']),
    )
    expect(only(data, 'AWS::Cognito::UserPool')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtection: 'ACTIVE', AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
    })
  })
})

describe('every function', () => {
  test('is there', () => {
    expect([...functions().keys()].toSorted()).toEqual(Object.keys(environments).toSorted())
    expect(ofType(app, 'AWS::Lambda::Function')).toHaveLength(functions().size)
  })

  test.for(Object.keys(environments) as FunctionName[])('%s has exactly the environment that it reads', (name) => {
    const { Variables = {} } = (functions().get(name)?.Properties.Environment ?? {}) as { Variables?: object }
    const values = Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, flat(value as Json)]))
    expect(environments[name].strict().safeParse(values)).toMatchObject({ success: true })
  })

  test('ends in time, on one runtime, and keeps its log for a time', () => {
    for (const [name, { Properties }] of functions()) {
      expect(Properties, name).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      })
      // The sweeper and the auditor look at everything that is open, and are over before they begin again; a planning run takes its time.
      const longest: Record<string, number> = { sweeper: 299, auditor: 299, plan: 900 }
      expect(Properties.Timeout, name).toBeLessThanOrEqual(longest[name] ?? 60)
      const group = flat((Properties.LoggingConfig as { LogGroup: Json }).LogGroup).slice(1, -1)
      expect(app.Resources[group]?.Properties.RetentionInDays, name).toBeGreaterThan(0)
    }
  })

  test('all other log groups forget too', () => {
    for (const [id, { Properties }] of ofType(app, 'AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays, id).toBeGreaterThan(0)
  })
})

/** What each role may do. Whoever adds a grant adds it here too, and a reviewer sees it. */
const mayDo: Record<string, readonly string[]> = {
  Prepare: [
    'dynamodb',
    'iam:PassRole',
    'iot:Publish',
    'logs',
    'scheduler',
    'states:StartExecution',
    'states:StopExecution',
  ],
  Drive: ['dynamodb', 'iot:Publish', 'logs'],
  Finish: ['dynamodb', 'logs', 'states:StartExecution'],
  Agents: ['dynamodb', 'iot:Publish', 'logs', 's3:PutObject', 'sqs:SendMessage', 'states:SendTask*'],
  ExecutionEnded: ['dynamodb', 'logs', 'sqs:SendMessage', 'states:StartExecution'],
  Front: ['logs'],
  Bookings: ['dynamodb', 'logs'],
  Enrolment: [
    'dynamodb',
    'iot:AttachPolicy',
    'iot:AttachThingPrincipal',
    'iot:CreateCertificateFromCsr',
    'iot:CreateThing',
    'iot:DescribeEndpoint',
    'iot:UpdateCertificate',
    'logs',
  ],
  Orders: ['dynamodb', 'logs'],
  Plan: ['dynamodb', 'logs'],
  Planner: ['dynamodb', 'logs'],
  Planning: ['dynamodb', 'iam:PassRole', 'logs', 'scheduler', 'states:StartExecution'],
  Roster: ['dynamodb', 'logs'],
  Slots: ['dynamodb', 'iam:PassRole', 'logs', 'scheduler'],
  Proposals: ['dynamodb', 'logs'],
  Approvals: ['dynamodb', 'iam:PassRole', 'logs', 'scheduler'],
  Feeds: ['dynamodb', 'logs'],
  Auditor: ['dynamodb', 'logs', 'sqs:SendMessage'],
  Timekeeper: ['dynamodb', 'iam:PassRole', 'logs', 'scheduler', 'sqs:SendMessage'],
  NotifierFunction: ['dynamodb', 'logs', 'sqs:SendMessage'],
  ApiFunction: ['dynamodb', 'logs', 's3:GetObject'],
  Operations: [
    'dynamodb',
    'iam:PassRole',
    'iot:Publish',
    'logs',
    'scheduler',
    'states:StartExecution',
    'states:StopExecution',
  ],
  Reads: ['dynamodb', 'logs'],
  Availability: ['dynamodb', 'logs'],
  Schedules: ['dynamodb', 'iam:PassRole', 'logs', 'scheduler', 'states:StartExecution'],
  Sweeper: [
    'dynamodb',
    'iam:PassRole',
    'logs',
    's3:DeleteObject',
    's3:PutObject',
    'scheduler',
    'sqs:SendMessage',
    'states:DescribeExecution',
    'states:StartExecution',
  ],
  Runs: ['lambda:InvokeFunction', 'logs'],
  Plannings: ['lambda:InvokeFunction', 'logs'],
  Timetable: ['sqs:SendMessage', 'states:StartExecution'],
  AgentGatewayError: ['sqs:SendMessage'],
}

/** Resources that AWS offers no narrower name for, each with its reason. */
const stars: Record<string, string> = {
  'logs:CreateLogDelivery':
    'Step Functions sets up its log through account-wide log delivery; the actions know no resource.',
  'iot:CreateCertificateFromCsr': 'A certificate has no name before it is made.',
  'iot:DescribeEndpoint': 'The endpoint belongs to the account as a whole.',
  'scheduler:ListSchedules': 'The list of a group knows no resource; it tells names and dates of entries.',
}

type Statement = { Effect: string; Action: string | string[]; Resource: Json; Condition?: Json }
const statements = (): { role: string; statement: Statement }[] =>
  [...ofType(app, 'AWS::IAM::Policy'), ...ofType(data, 'AWS::IAM::Policy')].flatMap(([, { Properties }]) => {
    const role = flat((Properties.Roles as Json[])[0] ?? '').replace(/^<(.*?)Role[0-9A-F]{8}>$/, '$1')
    return (Properties.PolicyDocument as { Statement: Statement[] }).Statement.map((statement) => ({ role, statement }))
  })
const actionsOf = ({ Action }: Statement): string[] => [Action].flat()

describe('grants', () => {
  test('are those of the list, for each role', () => {
    const found: Record<string, Set<string>> = {}
    for (const { role, statement } of statements()) {
      found[role] ??= new Set()
      for (const action of actionsOf(statement)) {
        const [service = ''] = action.split(':')
        found[role].add(
          ['dynamodb', 'logs', 'scheduler'].includes(service)
            ? service
            : action.replace(/^states:SendTask.*/, 'states:SendTask*'),
        )
      }
    }
    expect(Object.fromEntries(Object.entries(found).map(([role, set]) => [role, [...set].toSorted()]))).toEqual(mayDo)
  })

  test('name no action by wildcard, and no resource by a bare one without a reason', () => {
    for (const { role, statement } of statements()) {
      for (const action of actionsOf(statement)) expect(action, role).not.toContain('*')
      if (flat(statement.Resource).split(' ').includes('*'))
        expect(stars, role).toHaveProperty([actionsOf(statement)[0] ?? ''])
    }
  })

  test('never scan or drop the table; what reads may not write, and only the agents function answers task tokens', () => {
    const all = statements().flatMap(({ role, statement }) => actionsOf(statement).map((action) => `${role} ${action}`))
    expect(all.filter((grant) => /dynamodb:(Scan|DeleteTable|CreateTable|UpdateTable)/.test(grant))).toEqual([])
    expect(all.filter((grant) => /^(Reads|Availability) dynamodb:.*(Put|Update|Delete|Write)/.test(grant))).toEqual([])
    expect(new Set(all.filter((grant) => grant.includes('SendTask')).map((grant) => grant.split(' ')[0]))).toEqual(
      new Set(['Agents']),
    )
  })

  test('to be passed, a role names the service that takes it', () => {
    for (const { role, statement } of statements())
      if (actionsOf(statement).includes('iam:PassRole'))
        expect(flat(statement.Condition ?? ''), role).toContain('scheduler.amazonaws.com')
  })

  test('to be assumed, roles name this account wherever a service acts for others too', () => {
    for (const [id, { Properties }] of ofType(app, 'AWS::IAM::Role')) {
      const trust = flat(Properties.AssumeRolePolicyDocument ?? '')
      if (/scheduler|iot\.amazonaws/.test(trust)) expect(trust, id).toContain('aws:SourceAccount')
    }
  })
})

describe('the HTTP API', () => {
  const byKey = () =>
    new Map(
      ofType(app, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [String(Properties.RouteKey), Properties]),
    )

  test('has every route of the table, and all but the public ones ask for a token', () => {
    for (const { method, path, access } of Object.values(routes)) {
      const route = byKey().get(`${method} ${path}`)
      expect(route?.AuthorizationType, `${method} ${path}`).toBe(access === 'public' ? 'NONE' : 'JWT')
    }
    const others = [...byKey().keys()].filter(
      (key) => !Object.values(routes).some(({ method, path }) => key === `${method} ${path}`),
    )
    // Whatever else is asked for reaches the function, which says so in its own words.
    expect(others).toEqual(['$default'])
  })

  test('is throttled and keeps an access log', () => {
    const { DefaultRouteSettings, AccessLogSettings } = only(app, 'AWS::ApiGatewayV2::Stage').Properties
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: expect.any(Number) })
    expect(flat(AccessLogSettings ?? '')).toContain('$context.status')
    expect(flat(AccessLogSettings ?? '')).not.toMatch(/authorization|identity/i)
  })
})

describe('agents', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IoT policies, filled in by the broker
  const me = '${iot:Connection.Thing.ThingName}'

  test('speak and hear under their own name alone, and connect as themselves', () => {
    const { Statement } = only(app, 'AWS::IoT::Policy').Properties.PolicyDocument as unknown as {
      Statement: Statement[]
    }
    const allowed = Object.fromEntries(Statement.map((each) => [actionsOf(each).join(), flat(each.Resource)]))
    expect(Object.keys(allowed).toSorted()).toEqual(['iot:Connect', 'iot:Publish', 'iot:Receive', 'iot:Subscribe'])
    expect(allowed['iot:Connect']).toMatch(new RegExp(`:client/${me.replace(/[$.{}]/g, '\\$&')}$`))
    for (const resources of Object.values(allowed))
      for (const resource of resources.split(' ')) {
        expect(resource).toContain(me)
        expect(resource).not.toMatch(/[*#+]/)
      }
    expect(flat(Statement.find((each) => actionsOf(each).includes('iot:Connect'))?.Condition ?? '')).toContain(
      'iot:Connection.Thing.IsAttached true',
    )
  })

  test('are heard by a rule whose failures are kept', () => {
    const { TopicRulePayload } = only(app, 'AWS::IoT::TopicRule').Properties
    expect(flat((TopicRulePayload as { ErrorAction: Json }).ErrorAction)).toContain('Queue')
  })
})

describe('firings and reactions', () => {
  test('executions that ended without an answer are heard of, of this machine alone', () => {
    const rules = ofType(app, 'AWS::Events::Rule').map(([, { Properties }]) => Properties)
    const ended = rules.find(({ EventPattern }) => EventPattern)
    expect(ended?.EventPattern).toMatchObject({
      source: ['aws.states'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    })
    expect(flat(ended?.EventPattern ?? '')).toMatch(/stateMachineArn <Runs/)
    const rates = rules.flatMap(({ ScheduleExpression }) => ScheduleExpression ?? [])
    expect(rates).toEqual(expect.arrayContaining(['rate(1 minute)', 'rate(5 minutes)', 'rate(1 hour)']))
  })

  test('every queue is encrypted, takes TLS only, and is watched by an alarm', () => {
    const queues = ofType(app, 'AWS::SQS::Queue')
    const policies = flat(ofType(app, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties))
    const alarms = flat(ofType(app, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties))
    for (const [id, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled, id).toBe(true)
      expect(policies).toContain(`<${id}.Arn>`)
      expect(alarms).toContain(`<${id}.QueueName>`)
    }
    expect(policies).toContain('aws:SecureTransport')
  })

  test('every alarm tells somebody and says what to do', () => {
    for (const [id, { Properties }] of ofType(app, 'AWS::CloudWatch::Alarm')) {
      expect(flat(Properties.AlarmActions ?? ''), id).toMatch(/<Alarms/)
      expect(String(Properties.AlarmDescription).length, id).toBeGreaterThan(40)
    }
  })
})

describe('two stages', () => {
  test('share no name', async () => {
    const prod = await templatesOf('prod')
    const names = (templates: Template[]) =>
      new Set(
        templates.flatMap(({ Resources }) =>
          Object.values(Resources).flatMap(({ Type, Properties }) =>
            Object.entries(Properties ?? {})
              .filter(([key]) => /^(Name|.*Name)$/.test(key) && key !== 'AttributeName')
              .map(([key, value]) => `${Type} ${key} ${flat(value)}`),
          ),
        ),
      )
    const fixed = [...names([data, app])].filter((name) => names([prod.data, prod.app]).has(name))
    // What is named within its own API, stage or resource only.
    expect(
      fixed.filter(
        (name) =>
          !/ApiGatewayV2::(Authorizer|Stage)|<|AWS::CloudWatch::Alarm (MetricName|Namespace)|AWS::IAM::Policy/.test(
            name,
          ),
      ),
    ).toEqual([])
  })

  test('synthesise alike twice, without a trace of the machine', async () => {
    expect((await templatesOf()).text).toBe(text)
    expect(text).not.toContain(process.cwd())
  })

  test('a stage that cannot be part of names is refused', async () => {
    await expect(templatesOf('Prod-1')).rejects.toThrow('lower-case')
  })
})
