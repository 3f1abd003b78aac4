import { DatabaseSync } from 'node:sqlite'

const dayMs = 86_400_000

/**
 * The engine looks through all records of a stream for the number of the next one, and forgets none: without help each write
 * takes longer than the one before. An index finds the number at once; what is older than a day goes, as at AWS, but for the
 * last record, which the numbers go on from. Where another version keeps its streams otherwise, nothing is done.
 */
export const tendStreamRecords = (file: string, nowMs: number, log: (line: string) => void): void => {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 2000')
    database.exec(
      `CREATE INDEX IF NOT EXISTS stream_record_numbers ON _stream_records (table_name, CAST(sequence_number AS INTEGER));`,
    )
    database
      .prepare(
        'DELETE FROM _stream_records WHERE created_at < ? AND id NOT IN (SELECT MAX(id) FROM _stream_records GROUP BY table_name)',
      )
      .run(Math.floor((nowMs - dayMs) / 1000))
  } catch (error) {
    log(`Records of streams are left as the engine keeps them: ${(error as Error).message}`)
  } finally {
    database.close()
  }
}
