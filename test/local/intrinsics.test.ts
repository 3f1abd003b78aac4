// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates and policies write their variables so.
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#local/json.ts'
import { stackOf } from '#local/template/assembly.ts'
import { createResolver, Unresolvable } from '#local/template/intrinsics.ts'
import { interpret } from '#local/template/template.ts'

const data = stackOf('Data', {
  Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable' } },
  Outputs: { Export: { Value: { Ref: 'Table' }, Export: { Name: { 'Fn::Join': [':', ['Data', 'Table']] } } } },
})
const app = stackOf('App', {
  Parameters: { Version: { Type: 'String', Default: '12' } },
  Mappings: { Sizes: { small: { memory: 128 } } },
  Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Sub': '${AWS::StackName}-role' } } },
    Pool: { Type: 'AWS::Cognito::UserPool' },
  },
})
const resolver = createResolver([data, app])
const resolved = (value: Json) => resolver.resolve(app, value)

describe('intrinsics', () => {
  test.each<[string, Json, Json]>([
    ['Ref to a parameter', { Ref: 'Version' }, '12'],
    ['Ref to a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Ref to a resource that the template names', { Ref: 'Role' }, 'App-role'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::000000000000:role/App-role'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:aws:iam::000000000000:role/App-role'],
    [
      'Fn::Sub with attribute, variable and literal',
      { 'Fn::Sub': ['${Role.Arn}/${x}/${!iot:ClientId}', { x: { Ref: 'Version' } }] },
      'arn:aws:iam::000000000000:role/App-role/12/${iot:ClientId}',
    ],
    ['Fn::Join over nested values', { 'Fn::Join': ['-', ['a', { Ref: 'Version' }, 3]] }, 'a-12-3'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::ImportValue from another stack', { 'Fn::ImportValue': 'Data:Table' }, 'Data-Table'],
    ['Fn::If', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['Fn::If that drops a key', { kept: 1, dropped: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, { kept: 1 }],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'memory'] }, 128],
    ['a policy variable outside Fn::Sub, left alone', 'topic/${iot:ClientId}', 'topic/${iot:ClientId}'],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected)
  })

  test.each<[string, Json, string]>([
    ['an unknown resource', { Ref: 'Nobody' }, 'Stack App refers to "Nobody"'],
    ['an unknown attribute', { 'Fn::GetAtt': ['Role', 'Colour'] }, 'Fn::GetAtt Role.Colour in App'],
    ['an unknown intrinsic', { 'Fn::Cidr': ['10.0.0.0/8', 2] }, 'Fn::Cidr in App'],
    ['an unknown export', { 'Fn::ImportValue': 'Data:Nothing' }, 'Fn::ImportValue "Data:Nothing"'],
  ])('names %s', (_, value, message) => {
    expect(() => resolved(value)).toThrow(Unresolvable)
    expect(() => resolved(value)).toThrow(message)
  })

  test('gives the same names at every start', () => {
    const again = createResolver([data, app])
    expect(again.resolve(app, { Ref: 'Pool' })).toBe(resolved({ Ref: 'Pool' }))
  })
})

describe('the template as a whole', () => {
  const stack = (resources: Record<string, JsonObject>) => ({
    stacks: [stackOf('Lab', { Resources: resources })],
    assetDirs: new Map<string, string>(),
  })

  test('refuses a resource type that it neither interprets nor knows to be harmless, by name', () => {
    expect(() => interpret(stack({ Ring: { Type: 'AWS::Braket::Ring' } }))).toThrow(
      'Lab has a AWS::Braket::Ring ("Ring")',
    )
  })

  test('refuses a condition key for which it has no value, rather than guess', () => {
    const document = {
      Statement: [
        { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/x': 'y' } } },
      ],
    }
    const trust = { Statement: [] }
    const role = {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'p', PolicyDocument: document }] },
    }
    expect(() => interpret(stack({ Role: role }))).toThrow('aws:PrincipalTag/x')
  })
})
