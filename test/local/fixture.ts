// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates and policies write their variables so.
/** A small laboratory of a template: enough of each kind of resource to see the laptop cloud at work. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, JsonObject } from '#local/json.ts'

const functionsDir = join(import.meta.dirname, 'functions')

export const temporaryDir = (): string => mkdtempSync(join(tmpdir(), 'benchtime-local-'))

const trust = (service: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
})

const policy = (role: string, statements: JsonObject[]): JsonObject => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: `${role}Policy`,
    Roles: [{ Ref: role }],
    PolicyDocument: { Version: '2012-10-17', Statement: statements },
  },
})

const lambda = (role: string, file: string, timeout = 5): JsonObject => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'staging', S3Key: 'functions.zip' },
    Handler: `${file}.handler`,
    Role: { 'Fn::GetAtt': [role, 'Arn'] },
    Timeout: timeout,
    MemorySize: 256,
    Environment: {
      Variables: {
        TABLE_NAME: { Ref: 'Table' },
        MACHINE_ARN: { 'Fn::Sub': 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:lab' },
      },
    },
  },
})

const tableArn: Json = { 'Fn::GetAtt': ['Table', 'Arn'] }
const machineArn: Json = 'arn:aws:states:eu-central-1:000000000000:stateMachine:lab'

export const definition: JsonObject = {
  StartAt: 'First',
  States: {
    First: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: 'WriterFunction',
        Payload: { 'id.$': '$$.Execution.Name', 'input.$': '$$.Execution.Input' },
      },
      OutputPath: '$.Payload',
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: 'WriterFunction', Payload: { id: 'token', 'token.$': '$$.Task.Token' } },
      ResultPath: '$.answer',
      TimeoutSeconds: 60,
      HeartbeatSeconds: 30,
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
}

export const resources = (): Record<string, JsonObject> => ({
  Table: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      Replicas: [{ Region: { Ref: 'AWS::Region' } }],
    },
  },
  WriterRole: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust('lambda.amazonaws.com') } },
  WriterPolicy: policy('WriterRole', [
    { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: tableArn },
    { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArn },
  ]),
  WriterFunction: lambda('WriterRole', 'writer'),
  MachineRole: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust('states.amazonaws.com') } },
  MachinePolicy: policy('MachineRole', [
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': ['WriterFunction', 'Arn'] } },
  ]),
  EndRule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: {
        source: ['aws.states'],
        detail: { status: ['FAILED', 'ABORTED'], stateMachineArn: [{ Ref: 'Machine' }] },
      },
      Targets: [{ Id: 'Writer', Arn: { 'Fn::GetAtt': ['WriterFunction', 'Arn'] } }],
    },
  },
  EndPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['WriterFunction', 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['EndRule', 'Arn'] },
    },
  },
  Machine: {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: 'lab',
      RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
      DefinitionString: JSON.stringify(definition),
    },
  },
})

/** Writes an assembly of one stack `Lab` into a new folder of `parent` and gives its directory. */
export const assemblyOf = (all: Record<string, JsonObject>, parent: string): string => {
  const directory = mkdtempSync(join(parent, 'assembly-'))
  const write = (name: string, content: unknown) => writeFileSync(join(directory, name), JSON.stringify(content))
  write('manifest.json', {
    version: '1',
    artifacts: {
      'Lab.assets': { type: 'cdk:asset-manifest', properties: { file: 'Lab.assets.json' } },
      Lab: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Lab.template.json' } },
    },
  })
  write('Lab.assets.json', { files: { functions: { source: { path: functionsDir, packaging: 'zip' } } } })
  write('Lab.template.json', { Resources: all })
  return directory
}

/** Polls until a condition holds; fails after ten seconds. */
export const until = async <T>(what: string, look: () => T | undefined | false): Promise<T> => {
  for (let waited = 0; waited < 10_000; waited += 10) {
    const found = look()
    if (found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`It did not happen within ten seconds: ${what}`)
}
