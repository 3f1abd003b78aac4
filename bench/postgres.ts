import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian keeps the programs of each version in a folder of its own. */
const folder = '/usr/lib/postgresql'

/** A PostgreSQL of its own with the tables of a calendar, and what its `pgbench` measures. */
export type Postgres = {
  readonly version: string
  /** Runs a script by so many clients, so often each. @returns transactions per second */
  measure(script: string, clients: number, each: number): number
  /** The first column of the first row. */
  ask(sql: string): string
  stop(): void
}

const schema = `
CREATE EXTENSION btree_gist;
CREATE TABLE reservations (id bigserial PRIMARY KEY, asset int NOT NULL, during int8range NOT NULL, holder text NOT NULL,
  EXCLUDE USING gist (asset WITH =, during WITH &&));
CREATE TABLE history (id bigserial PRIMARY KEY, reservation bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), what text NOT NULL);
CREATE SEQUENCE slots;
`

/** PostgreSQL never runs as root, so it becomes the user that its package made. */
const asUser = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })))
  return { uid: uid as number, gid: gid as number }
}

/** @throws Error where there is none here, or it does not start */
export const startPostgres = (): Postgres => {
  const [version] = existsSync(folder) ? readdirSync(folder).toSorted().toReversed() : []
  if (version === undefined) throw new Error('Debian package postgresql is not installed')
  const bin = (name: string): string => join(folder, version, 'bin', name)
  const user = asUser()
  const directory = mkdtempSync(join(tmpdir(), 'benchtime-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const run = (name: string, args: readonly string[]): string =>
    execFileSync(bin(name), args, { ...user, cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const at = ['-h', directory, '-d', 'postgres', '-U', 'postgres']
  run('initdb', ['-D', data, '-U', 'postgres', '--auth', 'trust'])
  const options = `-k ${directory} -c listen_addresses=''`
  execFileSync(bin('pg_ctl'), ['-D', data, '-l', join(directory, 'log'), '-w', '-o', options, 'start'], {
    ...user,
    cwd: directory,
    stdio: 'ignore',
  })
  const psql = (sql: string): string => run('psql', [...at, '-Atqc', sql]).trim()
  psql(schema)
  return {
    version,
    measure: (script, clients, each) => {
      const file = join(directory, 'script.sql')
      writeFileSync(file, script, { mode: 0o644 })
      const told = run('pgbench', [
        '-n',
        '-h',
        directory,
        '-U',
        'postgres',
        '-c',
        `${clients}`,
        '-j',
        '2',
        '-t',
        `${each}`,
        '-D',
        'i=0',
        '-f',
        file,
        'postgres',
      ])
      return Number(/tps = ([\d.]+)/.exec(told)?.[1])
    },
    ask: (sql) => psql(sql).split('\n')[0] ?? '',
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
