import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundleFunctions } from '#infra/bundles.ts'

/** Bytes; a larger bundle starts slower. */
const budget = 500 * 1024

test('the bundle of every function keeps to its budget', async () => {
  const bundles = await bundleFunctions()
  const sizes = Object.entries(bundles).map(([name, path]) => [name, statSync(join(path, 'index.mjs')).size] as const)
  expect(sizes.filter(([, bytes]) => bytes > budget)).toEqual([])
})
