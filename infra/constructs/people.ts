import { RemovalPolicy } from 'aws-cdk-lib'
import { AccountRecovery, Mfa, OAuthScope, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

/** The people who may sign in. Nobody signs up by themselves: an administrator invites. What they may do is data in the table. */
export class People extends Construct {
  readonly pool: UserPool
  readonly client: UserPoolClient

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.client = this.pool.addClient('Client', {
      authFlows: { userSrp: true },
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
        callbackUrls: ['http://localhost'],
      },
    })
    acknowledge(
      this.pool,
      'AwsSolutions-COG2',
      'Second factors are offered; whether they are required is the policy of each laboratory, set on its pool.',
    )
    acknowledge(
      this.pool,
      'AwsSolutions-COG3',
      'Threat protection costs per active user; a laboratory turns it on where its policy asks for it.',
    )
    acknowledge(
      this.pool,
      'AwsSolutions-COG8',
      'The Plus plan costs per active user; a laboratory turns it on where its policy asks for it.',
    )
  }
}
