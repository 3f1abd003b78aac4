import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** An import against the arrows, planted in a layer, as a beginner might write it. */
const violations = [
  { layer: 'shared/domain', line: "import '#application/world.ts'", why: 'the domain knows no ports' },
  { layer: 'shared/application', line: "import '#contracts/environment.ts'", why: 'use cases know no wire' },
  { layer: 'shared/contracts', line: "import '#application/world.ts'", why: 'contracts know the domain only' },
  { layer: 'agent', line: "import '#application/world.ts'", why: 'the agent is no part of the cloud' },
  { layer: 'cli', line: "import '#application/world.ts'", why: 'a command speaks to the API, not to the table' },
  { layer: 'infra', line: "import '#functions/api/handler.ts'", why: 'infra names handlers by path' },
  { layer: 'functions', line: "import '#local/start.ts'", why: 'nothing deployed knows the laptop' },
]

const planted = (layer: string): string => join(root, layer, 'planted-violation.ts')

afterEach(() => {
  for (const { layer } of violations) rmSync(planted(layer), { force: true })
})

const folder = join(root, '.build', 'planted')

/** The project of a layer as it stands, its arrows included, of which that one file is compiled. */
const projectOf = (layer: string): string => {
  const own = join(root, layer, 'tsconfig.json')
  const { references } = JSON.parse(readFileSync(own, 'utf8')) as { references: { path: string }[] }
  const file = join(folder, `${layer.replaceAll('/', '-')}.json`)
  const project = {
    extends: own,
    compilerOptions: { tsBuildInfoFile: `${file}.tsbuildinfo`, noEmit: true, emitDeclarationOnly: false },
    files: [planted(layer)],
    include: [],
    references: references.map(({ path }) => ({ path: join(root, layer, path) })),
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify(project))
  return file
}

const compiled = (layer: string, line: string) => {
  writeFileSync(planted(layer), `${line}\n`)
  return spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', projectOf(layer)], { cwd: root, encoding: 'utf8' })
}

/** The compiler takes seconds, and a multiple of it beside others. */
const patience = { timeout: 300_000 }

test.for(violations)(
  'the compiler refuses an import against the arrows in $layer: $why',
  patience,
  ({ layer, line }) => {
    const { status, stdout } = compiled(layer, line)
    expect(status).not.toBe(0)
    expect(stdout).toContain('planted-violation.ts')
    expect(stdout).toMatch(/TS6307/)
  },
)

test('and takes one along them', patience, () => {
  expect(compiled('shared/application', "import '#domain/errors.ts'")).toMatchObject({ status: 0, stdout: '' })
})
