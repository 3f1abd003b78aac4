import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct, type IConstruct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

/** Files of runs, and exports of what is forgotten. Reached by signed links alone. */
export class FileStore extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    })
    acknowledge(
      this.bucket,
      'AwsSolutions-S1',
      'Each link is given out by a function that logs the request; server access logs would need a second bucket and say no more.',
    )
  }

  /** Objects below a prefix, by these actions. */
  grant(grantee: IGrantable, prefix: 'artifacts' | 'exports', ...actions: ('Get' | 'Put' | 'Delete')[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `s3:${action}Object`),
        resources: [this.bucket.arnForObjects(`${prefix}/*`)],
      }),
    )
    // The name under which the other stack knows the bucket; the finding is told by it.
    const stack = Stack.of(this)
    const imported = stack.resolve(stack.exportValue(this.bucket.bucketArn)) as { 'Fn::ImportValue': string }
    acknowledge(
      grantee.grantPrincipal as unknown as IConstruct,
      `AwsSolutions-IAM5[Resource::${imported['Fn::ImportValue']}/${prefix}/*]`,
      'Files are named by workspace and run, which are made at run time; each link is signed for one file.',
    )
  }
}
