import { Validations } from 'aws-cdk-lib'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'

/** Accepts a finding of the template checks. @throws where the reason is too short to tell a reviewer anything */
export const acknowledge = (construct: IConstruct, id: string, reason: string): void => {
  if (reason.length < 40)
    throw new Error(`Say why ${id} is acknowledged at ${construct.node.path}: "${reason}" tells too little.`)
  Validations.of(construct).acknowledge({ id, reason })
}

const account = 'arn:<AWS::Partition>'

/** A grant whose resources are made at run time, so that their names end in a wildcard; `resource` as in an ARN after the account. */
export const acknowledgeWildcard = (grantee: IGrantable, service: string, resource: string, reason: string): void =>
  acknowledge(
    grantee.grantPrincipal as unknown as IConstruct,
    `AwsSolutions-IAM5[Resource::${account}:${service}:<AWS::Region>:<AWS::AccountId>:${resource}]`,
    reason,
  )
