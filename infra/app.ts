import { App } from 'aws-cdk-lib'
import { benchtime } from './benchtime.ts'

const app = new App()
benchtime(app, String(app.node.tryGetContext('stage') ?? 'dev'))
app.synth()
