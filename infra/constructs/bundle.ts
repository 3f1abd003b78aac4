import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { entryPoints, type FunctionName } from '#contracts/environment.ts'

const root = join(import.meta.dirname, '..', '..')

/**
 * Ways to get credentials that a Lambda never takes (it has them in its environment). The SDK loads them on demand only, and
 * the runtime brings its own copy, so they stay outside.
 */
const neverLoaded = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-http',
  '@smithy/credential-provider-imds',
  '@aws-sdk/signature-v4-multi-region',
]

const bundled = new Map<FunctionName, string>()

/** Bundles a function's entry point, SDK included, as one minified module. @returns the directory of the bundle. */
export const bundle = (name: FunctionName): string => {
  const known = bundled.get(name)
  if (known) return known
  const directory = join(root, '.build', 'bundles', name)
  mkdirSync(directory, { recursive: true })
  buildSync({
    absWorkingDir: root,
    entryPoints: [entryPoints[name]],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    minify: true,
    // Names of errors are part of what the state machine reads.
    keepNames: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    external: neverLoaded,
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    legalComments: 'none',
    logLevel: 'warning',
  })
  bundled.set(name, directory)
  return directory
}
