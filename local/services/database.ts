/**
 * The one SQLite file in which the services of the laptop cloud keep what must survive `kill -9`: executions, task
 * tokens, schedules, firings, dead letters. A statement that has returned is in the operating system's hands (WAL,
 * synchronous NORMAL), so it survives the death of the process; a power cut may cost the last moments.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export type Database = DatabaseSync

/** Two laptop clouds over one directory would fire and drive everything twice. */
export class DataInUse extends Error {
  override readonly name = 'DataInUse'
}

/**
 * Opens `<dataDir>/cloud.sqlite`, creating it where missing, and keeps it to this process alone until it is closed or the
 * process dies. Throws DataInUse where another process has it.
 */
export const openDatabase = (dataDir: string): Database => {
  mkdirSync(dataDir, { recursive: true })
  const database = new DatabaseSync(join(dataDir, 'cloud.sqlite'))
  try {
    database.exec(
      'PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
    )
    database.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    database.close()
    if (!/locked|busy/i.test((error as Error).message)) throw error
    throw new DataInUse(
      `Another laptop cloud is running over ${dataDir}. Stop it, or choose another directory with --data.`,
    )
  }
  return database
}

/** Runs `work` in one transaction: all of it is stored, or nothing. */
export const atomically = <T>(database: Database, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
