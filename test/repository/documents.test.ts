import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..', '..')
const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })]
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

describe.each(documents)('%s', (path) => {
  const text = textOf(path)

  test('links to what exists', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => !/^https?:/.test(link) && !existsSync(join(root, dirname(path), link)))
    expect(broken).toEqual([])
  })

  test('names commands that exist', () => {
    const commands = [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name = '']) => name)
    expect(commands.filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:shared|functions|agent|local|infra|test|docs|examples)\/[\w./-]+)`/g)]
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})

test('every decision is in the list', () => {
  const listed = textOf('docs/decisions/README.md')
  const records = globSync('docs/decisions/0*.md', { cwd: root }).map((path) => path.split('/').at(-1) ?? '')
  expect(records.filter((name) => !listed.includes(`(${name})`))).toEqual([])
})

test('the lock holds no download addresses', () => {
  expect(textOf('package-lock.json')).not.toContain('"resolved"')
})
