/**
 * `npm test`: format and lint, types (which hold the layers), dead code, then all tests. Stops at the first step that
 * fails. The last line counts what the test runner itself counted.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const report = join(root, '.build', 'test-report.json')

type Counts = { passed: number; failed: number; skipped: number }

const step = (name: string, command: string, args: readonly string[]): boolean => {
  const began = performance.now()
  console.log(`\n── ${name}: ${command} ${args.join(' ')}`)
  const { status } = spawnSync(join(root, 'node_modules', '.bin', command), args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  console.log(`── ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return status === 0
}

const counted = (): Counts => {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
  const found = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
  const failedToLoad = Math.max(0, (found.numFailedTestSuites ?? 0) > 0 && found.numFailedTests === 0 ? 1 : 0)
  return {
    passed: found.numPassedTests ?? 0,
    failed: (found.numFailedTests ?? 0) + failedToLoad,
    skipped: (found.numPendingTests ?? 0) + (found.numTodoTests ?? 0),
  }
}

const summary = ({ passed, failed, skipped }: Counts): string =>
  `${skipped > 0 ? `${skipped} skipped; each says why above\n` : ''}${passed} passed, ${failed} failed`

rmSync(report, { force: true })
const checked =
  step('format and lint', 'biome', ['check', '.']) &&
  step('types and layers', 'tsc', ['-b']) &&
  step('dead code', 'knip', [])
if (!checked) {
  console.log('\nThe tests were not run, because a check before them failed; see above.')
  console.log(summary({ passed: 0, failed: 1, skipped: 0 }))
  process.exit(1)
}
const passed = step('tests', 'vitest', ['run', ...process.argv.slice(2)])
const counts = counted()
console.log(`\n${summary(counts)}`)
process.exit(passed && counts.failed === 0 && counts.passed > 0 ? 0 : 1)
