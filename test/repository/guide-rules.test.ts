import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canonicalRule } from '#domain/schedules/canonical-rule.ts'
import { type Rule, ruleSchema } from '#domain/schedules/rule.ts'

const guides = ['schedules.md', 'http-api.md'].map((name) =>
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', name), 'utf8'),
)
const written = guides
  .flatMap((text) => [...text.matchAll(/\{"kind":[^`]*?\}(?=`|,"timeZone")/g)].map(([rule]) => rule))
  .filter((rule) => !rule.includes('…'))

test.each(written)('%s, as the guides write it, is a rule', (text) => {
  const rule = ruleSchema.parse(JSON.parse(text)) as Rule
  const canonical = canonicalRule(rule, 'Europe/Berlin')
  expect(canonical.ok ? [] : canonical.reasons).toEqual([])
})

test('the guides write some', () => {
  expect(written.length).toBeGreaterThan(6)
})
