import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { benchtime } from './benchtime.ts'

const root = join(import.meta.dirname, '..')

/** Synthesises as `cdk synth` would, into a directory of its own. @returns the directory of the cloud assembly. */
export const synthesise = (outdir: string, stage = 'dev'): string => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> }
  const app = new App({ outdir, context, analyticsReporting: false })
  benchtime(app, stage)
  return app.synth().directory
}
