import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'

/** The one table. Its keys are formed in shared/adapters/dynamodb/keys.ts, whose header is the table design. */
export class MainTable extends Construct {
  readonly table: Table

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'ttl',
    })
    for (const [indexName, key] of [
      ['byParent', 'gsi1'],
      ['byAttention', 'gsi2'],
    ] as const)
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: `${key}pk`, type: AttributeType.STRING },
        sortKey: { name: `${key}sk`, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      })
    // What stands in the calendar of all assets on one day, in one query.
    this.table.addGlobalSecondaryIndex({
      indexName: 'byDay',
      partitionKey: { name: 'gsi3pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi3sk', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['claims'],
    })
  }

  /** Items by key, and partitions of the table and of the indexes named. */
  grantRead(grantee: IGrantable, ...indexes: ('byParent' | 'byAttention' | 'byDay')[]): void {
    this.#allow(grantee, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'])
    if (indexes.length > 0)
      grantee.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['dynamodb:Query'],
          resources: indexes.map((name) => `${this.table.tableArn}/index/${name}`),
        }),
      )
  }

  /** Transactions that put, update and check; nothing is deleted. */
  grantWrite(grantee: IGrantable): void {
    this.#allow(grantee, ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'])
  }

  /** Transactions that also remove items: settled commands, members, schedules. */
  grantRemove(grantee: IGrantable): void {
    this.#allow(grantee, ['dynamodb:DeleteItem'])
  }

  #allow(grantee: IGrantable, actions: string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.table.tableArn] }))
  }
}
