import { App } from 'aws-cdk-lib'
import { benchtime } from './benchtime.ts'
import { bundleFunctions } from './bundles.ts'

const app = new App()
benchtime(app, {
  stage: String(app.node.tryGetContext('stage') ?? 'dev'),
  bundles: await bundleFunctions(),
  mailFrom: app.node.tryGetContext('mailFrom') as string | undefined,
  webhooksAnywhere: app.node.tryGetContext('webhooks') === 'anywhere',
})
app.synth()
