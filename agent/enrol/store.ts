import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Document, parseDocument } from 'yaml'

/** Entries of the configuration that enrolling writes; paths are relative to it. */
export type Written = {
  readonly thing: string
  readonly broker: string
  readonly stage: string
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

/** Journal and working directories, beside the configuration, where it names no other place. */
const data = 'data'

const writeWhole = (path: string, text: string): void => {
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** What stays of the configuration stays as it is, its comments too. */
const writeConfig = (path: string, written: Written): void => {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  if (path.endsWith('.json')) {
    const settings = before === undefined ? {} : (JSON.parse(before) as object)
    writeWhole(path, `${JSON.stringify({ data, ...settings, ...written }, null, 2)}\n`)
    return
  }
  const document = before === undefined ? new Document({}) : parseDocument(before)
  if (before === undefined)
    document.commentBefore = ' Configuration of a Benchtime agent. What else it may say: agent.sample.yaml.'
  for (const [name, value] of Object.entries(written)) document.set(name, value)
  if (!document.has('data')) document.set('data', data)
  document.delete('passwordFile')
  writeWhole(path, document.toString())
}

/**
 * Keeps a new key from before it is signed until the certificate is there; then both and the configuration take the place of
 * the former ones. What dies in between leaves the former ones in force.
 */
export const keepKey = (config: string, key: string) => {
  const home = dirname(config)
  mkdirSync(home, { recursive: true })
  const at = (name: string): string => join(home, name)
  writeFileSync(at('private-key.pem.new'), key, { mode: 0o600 })
  return {
    drop: () => rmSync(at('private-key.pem.new'), { force: true }),
    put: (certificate: string, more: Omit<Written, 'cert' | 'key'>): void => {
      writeFileSync(at('certificate.pem.new'), certificate, { mode: 0o600 })
      renameSync(at('private-key.pem.new'), at('private-key.pem'))
      renameSync(at('certificate.pem.new'), at('certificate.pem'))
      const { ca, ...rest } = more
      writeConfig(config, {
        ...rest,
        cert: 'certificate.pem',
        key: 'private-key.pem',
        ...(ca !== undefined && { ca: relative(home, ca) || ca }),
      })
    },
  }
}
