import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { entryPoints, type FunctionName } from '#contracts/environment.ts'

const root = join(import.meta.dirname, '..')
const bundlesDir = join(root, '.build', 'bundles')

/** Of every function, the directory that holds its bundle: one file, `index.mjs`, with the export `handler`. */
export type Bundles = Readonly<Record<FunctionName, string>>

/** What the SDK loads on demand and no call of ours asks for: event streams, and signing for several regions at once. */
const neverLoaded = ['@smithy/core/event-streams', '@aws-sdk/signature-v4-multi-region']

/**
 * What the SDK loads always and a function never needs. A path that no longer matches after an upgrade does no harm but to
 * the size, which a test watches.
 */
const lighter: Plugin = {
  name: 'lighter',
  setup: ({ onLoad }) => {
    // Lambda puts credentials into the environment; the search through profiles, SSO and metadata services would find no others.
    onLoad({ filter: /@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, ({ path }) => ({
      contents:
        "import { fromEnv } from '@aws-sdk/credential-provider-env'\nexport const defaultProvider = () => fromEnv()",
      resolveDir: dirname(path),
    }))
    // Each client brings its whole package.json and reads the version from it, for the User-Agent.
    onLoad({ filter: /@aws-sdk[\\/]client-[a-z-]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
    // The DynamoDB client makes a cache for endpoints it might discover; none of its commands discovers any.
    onLoad({ filter: /@aws-sdk[\\/]endpoint-cache[\\/]dist-es[\\/]EndpointCache\.js$/ }, () => ({
      contents: 'export class EndpointCache {}',
    }))
    // SHA-256 in JavaScript, for a Node.js without crypto.
    onLoad({ filter: /@smithy[\\/]core[\\/]dist-es[\\/].*[\\/]Sha256Js\.js$/ }, () => ({
      contents: 'export class Sha256Js {}',
    }))
  },
}

/** Lines of a declaration that are for people alone. */
const saying = /^ +(?:summary|description):\s+(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"),\n/gm
/** What a schema says of itself to people, and nothing else. */
const told = /\s*\.meta\(\{\s*(?:id: '\w+',\s*)?description:\s*(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"),?\s*\}\)/g

/**
 * What routes and schemas say of themselves to people, and zod's writer of JSON Schema: every schema knows how to describe itself.
 * Only the function that serves the description ever asks.
 */
const withoutDescriptions: Plugin = {
  name: 'without-descriptions',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod[\\/]v4[\\/]core[\\/](?:to-json-schema|json-schema-processors)\.js$/ }, ({ path }) => {
      const names = readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)
      return { contents: [...names].map(([, name]) => `export const ${name} = () => undefined`).join('\n') }
    })
    onLoad({ filter: /contracts[\\/]http[\\/]routes[\\/][a-z-]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(saying, '').replace(told, ''),
      loader: 'ts',
    }))
    onLoad({ filter: /shared[\\/]domain[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(told, ''),
      loader: 'ts',
    }))
  },
}

/** Written beside and renamed: another process that synthesises at the same time never reads half a bundle. */
const writeWhole = (path: string, contents: Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  const making = `${path}.${process.pid}`
  writeFileSync(making, contents)
  renameSync(making, path)
}

/**
 * Bundles every function, SDK included, each as one minified module. The SDK is part of it because it starts faster than the
 * runtime's own, stays the version that was tested, and lets a laptop run the very same bundles.
 * @throws where a source does not compile; esbuild has said why on stderr
 */
export const bundleFunctions = async (): Promise<Bundles> => {
  const names = Object.keys(entryPoints) as FunctionName[]
  const describes = (name: FunctionName): boolean => name === 'front'
  const bundled = await Promise.all([
    bundle(names.filter(describes), [lighter]),
    bundle(
      names.filter((name) => !describes(name)),
      [lighter, withoutDescriptions],
    ),
  ])
  for (const { path, contents } of bundled.flat()) writeWhole(path, contents)
  return Object.fromEntries(names.map((name) => [name, join(bundlesDir, name)])) as Record<FunctionName, string>
}

const bundle = async (names: readonly FunctionName[], plugins: Plugin[]) => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, entryPoints[name]])),
    outdir: bundlesDir,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    external: neverLoaded,
    plugins,
    // Some dependencies are CommonJS and ask for Node's own modules by `require`.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
  })
  return outputFiles
}
