import { CfnOutput, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { FileStore } from '../constructs/file-store.ts'
import { MainTable } from '../constructs/main-table.ts'
import { People } from '../constructs/people.ts'

/** What must never be lost: the table and the people. It outlives the app stack. */
export class DataStack extends Stack {
  readonly table: MainTable
  readonly people: People
  readonly files: FileStore

  constructor(scope: Construct, id: string, props: { readonly stage: string }) {
    super(scope, id, { description: `Benchtime (${props.stage}): data`, terminationProtection: true })
    this.table = new MainTable(this, 'Main')
    this.people = new People(this, 'People')
    this.files = new FileStore(this, 'Files')
    new CfnOutput(this, 'TableName', { value: this.table.table.tableName })
    new CfnOutput(this, 'BucketName', { value: this.files.bucket.bucketName })
    new CfnOutput(this, 'UserPoolId', { value: this.people.pool.userPoolId })
    new CfnOutput(this, 'UserPoolClientId', { value: this.people.client.userPoolClientId })
  }
}
