/**
 * `npm test`: format and lint, types (which hold the layers), dead code, then all tests. Stops at the first step that
 * fails. The last line counts what the test runner itself counted.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..')

/**
 * The projects of vitest.config.ts, side by side: tests of the laptop cloud wait for real processes most of the time. What is given
 * on the command line picks tests of both.
 */
const projects = ['fast', 'laptop'] as const
const reportOf = (project: string): string => join(root, '.build', `test-report-${project}.json`)

type Counts = { passed: number; failed: number; skipped: number }

const bin = (command: string): string => join(root, 'node_modules', '.bin', command)
const shell = process.platform === 'win32'
const secondsSince = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`

const step = (name: string, command: string, args: readonly string[]): boolean => {
  const began = performance.now()
  console.log(`\n── ${name}: ${command} ${args.join(' ')}`)
  const { status } = spawnSync(bin(command), args, { cwd: root, stdio: 'inherit', shell })
  console.log(`── ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${secondsSince(began)}`)
  return status === 0
}

/** Runs the tests of one project, its lines among those of the other. @returns whether all is well */
const test = (project: string, args: readonly string[]): Promise<boolean> => {
  const began = performance.now()
  const all = ['run', '--project', project, `--outputFile.json=${reportOf(project)}`, '--passWithNoTests', ...args]
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const running = spawn(bin('vitest'), all, { cwd: root, shell, env: { ...process.env, ...colours } })
  for (const [from, to] of [
    [running.stdout, process.stdout],
    [running.stderr, process.stderr],
  ] as const)
    createInterface({ input: from }).on('line', (line) => to.write(`${line}\n`))
  return new Promise((resolve) =>
    running.on('close', (status) => {
      console.log(`── tests, ${project}: ${status === 0 ? 'ok' : 'FAILED'} in ${secondsSince(began)}`)
      resolve(status === 0)
    }),
  )
}

const counted = (project: string): Counts => {
  if (!existsSync(reportOf(project))) return { passed: 0, failed: 1, skipped: 0 }
  const found = JSON.parse(readFileSync(reportOf(project), 'utf8')) as Record<string, number>
  const failedToLoad = Math.max(0, (found.numFailedTestSuites ?? 0) > 0 && found.numFailedTests === 0 ? 1 : 0)
  return {
    passed: found.numPassedTests ?? 0,
    failed: (found.numFailedTests ?? 0) + failedToLoad,
    skipped: (found.numPendingTests ?? 0) + (found.numTodoTests ?? 0),
  }
}

const summary = ({ passed, failed, skipped }: Counts): string =>
  `${skipped > 0 ? `${skipped} skipped; each says why above\n` : ''}${passed} passed, ${failed} failed`

for (const project of projects) rmSync(reportOf(project), { force: true })
const checked =
  step('format and lint', 'biome', ['check', '.']) &&
  step('types and layers', 'tsc', ['-b']) &&
  step('dead code', 'knip', [])
if (!checked) {
  console.log('\nThe tests were not run, because a check before them failed; see above.')
  console.log(summary({ passed: 0, failed: 1, skipped: 0 }))
  process.exit(1)
}
console.log(`\n── tests: vitest run ${process.argv.slice(2).join(' ')}`)
const passed = await Promise.all(projects.map((project) => test(project, process.argv.slice(2))))
const counts = projects.map(counted).reduce((sum, one) => ({
  passed: sum.passed + one.passed,
  failed: sum.failed + one.failed,
  skipped: sum.skipped + one.skipped,
}))
console.log(`\n${summary(counts)}`)
process.exit(passed.every((well) => well) && counts.failed === 0 && counts.passed > 0 ? 0 : 1)
