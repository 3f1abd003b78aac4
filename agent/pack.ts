/** Packs the agent into one tarball that needs Node.js and nothing else: `npm run pack:agent`. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
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
 * How the agent is started: it waits nearly all the time, so it is not worth the memory of compilers and of a large nursery.
 * About 15 MB of 90; npm hands the line on to its starter on Windows too.
 */
const startedBy = '#!/usr/bin/env -S node --max-semi-space-size=1 --no-opt --no-maglev --no-sparkplug'

/**
 * What the MQTT client brings for other transports than TCP and TLS, and streams that Node.js has itself: memory of a machine
 * beside an instrument. A name that no longer matches after an upgrade does no harm but to the size.
 */
const lighter: Plugin = {
  name: 'lighter',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^readable-stream$/ }, () => ({ path: 'node:stream', external: true }))
    onResolve({ filter: /^(ws|socks|worker-timers)$/ }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: () => () => { throw new Error('${path} is not part of the agent.') } })`,
    }))
  },
}

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
    // What enrolling needs is loaded by nothing else. All parts lie beside the keeper, which the agent looks for beside itself.
    splitting: true,
    chunkNames: '[name]-[hash]',
    minify: true,
    keepNames: true,
    legalComments: 'external',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [lighter],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'error',
  })
  const main = join(staged, 'main.js')
  writeFileSync(main, readFileSync(main, 'utf8').replace(/^#!.*$/m, startedBy))
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
