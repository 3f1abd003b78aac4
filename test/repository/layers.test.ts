import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
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

/** The compiler takes a dozen seconds for the largest layer, and a multiple of it beside others. */
const patience = { timeout: 300_000 }

test.for(violations)(
  'the compiler refuses an import against the arrows in $layer: $why',
  patience,
  ({ layer, line }) => {
    writeFileSync(planted(layer), `${line}\n`)
    const { status, stdout } = spawnSync(
      join(root, 'node_modules', '.bin', 'tsc'),
      ['-p', join(root, layer), '--noEmit', '--emitDeclarationOnly', 'false'],
      { cwd: root, encoding: 'utf8' },
    )
    expect(status).not.toBe(0)
    expect(stdout).toContain('planted-violation.ts')
    expect(stdout).toMatch(/TS6307/)
  },
)
