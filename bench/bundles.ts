import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { environments, type FunctionName } from '#contracts/environment.ts'
import { synthesise } from '#local/processes/assembly.ts'
import { readAssembly } from '#local/template/assembly.ts'
import { interpret } from '#local/template/template.ts'
import type { Row } from './benches.ts'

const root = join(import.meta.dirname, '..')
const tries = 11

/** Milliseconds that a new process takes to import a module, as it says itself. */
const importMs = (path: string, env: Record<string, string>): number => {
  const script = `const t = performance.now(); await import(${JSON.stringify(path)}); console.log(performance.now() - t); process.exit(0)`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', ...env },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return Number(stdout.trim().split('\n').at(-1))
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

export const measureBundles = async (): Promise<readonly Row[]> => {
  const { functions } = interpret(readAssembly((await synthesise()).directory))
  const directory = mkdtempSync(join(tmpdir(), 'benchtime-bench-'))
  try {
    const alone = join(directory, 'client.mjs')
    const entry = join(directory, 'client.ts')
    writeFileSync(
      entry,
      `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'; export const all = [DynamoDBDocumentClient.from(new DynamoDBClient({})), GetCommand, PutCommand, QueryCommand, TransactWriteCommand]`,
    )
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: alone,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      nodePaths: [join(root, 'node_modules')],
      mainFields: ['module', 'main'],
      banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    })
    const row = (name: string, path: string, env: Record<string, string>): Row => {
      // The peer is measured right before each try: the machine is not equally fast all the time.
      const pairs = Array.from({ length: tries }, () => ({ peer: importMs(alone, {}), own: importMs(path, env) }))
      return {
        bundle: name,
        'size, KB': Math.round(statSync(path).size / 1024),
        'import, ms': Math.round(median(pairs.map(({ own }) => own))),
        'of the client alone': `${median(pairs.map(({ own, peer }) => own / peer)).toFixed(2)} ×`,
      }
    }
    return [
      row('DynamoDB document client', alone, {}),
      ...(Object.keys(environments) as FunctionName[]).map((name) => {
        const view = functions.find(({ logicalId }) => logicalId.toLowerCase().startsWith(name.replaceAll('-', '')))
        if (!view) throw new Error(`The template has no function ${name}.`)
        return row(name, join(view.codeDir, 'index.mjs'), view.environment)
      }),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
