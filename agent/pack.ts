/** Packs the agent into one tarball that needs Node.js and nothing else: `npm run pack:agent`. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { software } from './version.ts'

const root = join(import.meta.dirname, '..')

const manifest = (version: string) => ({
  name: 'benchtime-agent',
  version,
  description: 'Drives laboratory instruments on orders from Benchtime.',
  type: 'module',
  license: 'UNLICENSED',
  bin: { 'benchtime-agent': 'main.js' },
  engines: { node: '>=24' },
})

/**
 * Bundles what the agent needs into the agent, the keeper of programs that outlives it, and the parts that only some commands load, with a sample of its
 * configuration beside them.
 * @returns the full path of the tarball in `directory`
 */
export const packAgent = async (directory: string): Promise<string> => {
  const [name = '', version = ''] = software.split(' ')
  const staged = join(directory, 'package')
  rmSync(staged, { recursive: true, force: true })
  mkdirSync(staged, { recursive: true })
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'agent/main.ts', keeper: 'agent/programs/keeper.ts' },
    outdir: staged,
    bundle: true,
    // What enrolling needs is loaded by nothing else.
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    minify: true,
    keepNames: true,
    legalComments: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  })
  cpSync(join(import.meta.dirname, 'agent.sample.yaml'), join(staged, 'agent.sample.yaml'))
  cpSync(join(root, 'docs/guides/agents.md'), join(staged, 'README.md'))
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest(version), null, 2)}\n`)
  const file = join(directory, `${name}-${version}.tgz`)
  execFileSync('npm', ['pack', staged, '--pack-destination', directory, '--silent'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  rmSync(staged, { recursive: true })
  return file
}

if (import.meta.main) console.log(await packAgent(join(root, '.build', 'pack')))
