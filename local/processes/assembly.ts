import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** Who mails are from on a laptop; they go to the outbox. */
const sender = 'benchtime@laptop.example'

/** Everything that the template and the bundles are made from. */
const sources = [
  'infra/**/*.ts',
  'functions/**/*.ts',
  'shared/**/*.ts',
  'cdk.json',
  'package.json',
  'package-lock.json',
]

const fingerprint = (): string => {
  const hash = createHash('sha256')
  for (const path of globSync(sources, { cwd: root }).sort())
    hash.update(`${path}\n`).update(readFileSync(join(root, path)))
  return hash.digest('hex').slice(0, 16)
}

/**
 * The cloud assembly that `cdk deploy` would ship, made by the very app that cdk.json names. Made once for each state of the
 * sources. @returns its directory. @throws with the end of the output where it cannot be synthesised
 */
export const synthesise = async (): Promise<{ readonly directory: string; readonly fresh: boolean }> => {
  const directory = join(root, '.build', 'assemblies', fingerprint())
  if (existsSync(join(directory, 'manifest.json'))) return { directory, fresh: false }
  const making = `${directory}.${process.pid}`
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object }
  const child = spawn(process.execPath, [join(root, 'infra', 'app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: making, CDK_CONTEXT_JSON: JSON.stringify({ ...context, mailFrom: sender }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk.toString('utf8')}`.slice(-8_000)
    })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (code !== 0) {
    rmSync(making, { recursive: true, force: true })
    throw new Error(`The template could not be synthesised (npx cdk synth shows the same):\n${output}`)
  }
  try {
    renameSync(making, directory)
  } catch (error) {
    // Another process was faster with the same sources.
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(directory)) throw error
  }
  return { directory, fresh: true }
}
