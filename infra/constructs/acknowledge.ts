import { Validations } from 'aws-cdk-lib'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IConstruct } from 'constructs'

/** Accepts a finding of the template checks, with the reason that a reviewer needs. */
export const acknowledge = (construct: IConstruct, id: string, reason: string): void =>
  Validations.of(construct).acknowledge({ id, reason })

const account = 'arn:<AWS::Partition>'

/** A grant whose resources are made at run time, so that their names end in a wildcard; `resource` as in an ARN after the account. */
export const acknowledgeWildcard = (grantee: IGrantable, service: string, resource: string, reason: string): void =>
  acknowledge(
    grantee.grantPrincipal as unknown as IConstruct,
    `AwsSolutions-IAM5[Resource::${account}:${service}:<AWS::Region>:<AWS::AccountId>:${resource}]`,
    reason,
  )
