import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack, Validations } from 'aws-cdk-lib'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import { acknowledge } from '#infra/constructs/acknowledge.ts'

const root = join(import.meta.dirname, '..', '..')

test('a finding that nobody acknowledged stops the synthesis', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'benchtime-nag-'))
  const before = process.exitCode
  try {
    const app = new App({ outdir, analyticsReporting: false })
    new CfnBucket(new Stack(app, 'Careless'), 'Open')
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
    let stopped: unknown
    try {
      app.synth()
    } catch (error) {
      stopped = error
    }
    expect(stopped !== undefined || process.exitCode === 1).toBe(true)
  } finally {
    process.exitCode = before
    rmSync(outdir, { recursive: true, force: true })
  }
})

test('an acknowledgement without a reason that tells something is refused', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Hasty')
  expect(() => acknowledge(stack, 'AwsSolutions-IAM5', 'not needed')).toThrow('tells too little')
})

test('cdk.json stays ordinary', () => {
  const { app, ...rest } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { app: string }
  expect(app).toBe('node infra/app.ts')
  expect(Object.keys(rest).toSorted()).toEqual(['context', 'watch'].filter((key) => key in rest))
})
