import { DatabaseSync } from 'node:sqlite'
import { marshall } from '@aws-sdk/util-dynamodb'

/** The indexes, and what each keeps of an item beside its keys. */
const indexes = [
  { name: 'byParent', key: 'gsi1', keeps: [] },
  { name: 'byAttention', key: 'gsi2', keeps: [] },
  { name: 'byDay', key: 'gsi3', keeps: ['claims'] },
] as const

/**
 * Writes rows into the file of the engine itself: through it, each write costs more the more items lie in its partition, and
 * 100,000 would take hours. What is measured afterwards is read through all of it.
 */
export const fill = (file: string, table: string, rows: readonly Record<string, unknown>[]): void => {
  const database = new DatabaseSync(file)
  const item = database.prepare(
    `INSERT INTO "${table}" (pk, sk, item_json, item_size, hash_prefix) SELECT ?, ?, ?, ?, coalesce((SELECT hash_prefix FROM "${table}" WHERE pk = ? LIMIT 1), '')`,
  )
  const inserts = indexes.map(({ name, key, keeps }) => ({
    key,
    keeps,
    insert: database.prepare(
      `INSERT INTO "${table}::gsi::${name}" (gsi_pk, gsi_sk, table_pk, table_sk, item_json) VALUES (?, ?, ?, ?, ?)`,
    ),
  }))
  database.exec('BEGIN')
  for (const row of rows) {
    // The engine's own spelling of a key that is a text.
    const [pk, sk] = [`S:${row.pk}`, `S:${row.sk}`]
    const json = JSON.stringify(marshall(row, { removeUndefinedValues: true }))
    item.run(pk, sk, json, json.length, pk)
    for (const { key, keeps, insert } of inserts) {
      const names = [`${key}pk`, `${key}sk`] as const
      if (row[names[0]] === undefined) continue
      const kept = Object.fromEntries(['pk', 'sk', ...names, ...keeps].map((name) => [name, row[name]]))
      const told = JSON.stringify(marshall(kept, { removeUndefinedValues: true }))
      insert.run(`S:${row[names[0]]}`, `S:${row[names[1]]}`, pk, sk, told)
    }
  }
  database.exec('COMMIT')
  database.close()
}
