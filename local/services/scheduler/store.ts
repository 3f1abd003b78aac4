/** Schedules and the firings that are on their way, in SQLite. A firing is written down before it is delivered. */
import { atomically, type Database } from '../database.ts'

/** A schedule as its API takes and gives it. */
export type ScheduleBody = {
  readonly Name: string
  readonly GroupName: string
  readonly ScheduleExpression: string
  readonly ScheduleExpressionTimezone?: string
  /** Seconds since the epoch. */
  readonly StartDate?: number
  readonly EndDate?: number
  readonly State?: 'ENABLED' | 'DISABLED'
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE'
  readonly FlexibleTimeWindow: { readonly Mode: string }
  readonly Target: Target
  readonly Description?: string
}
export type Target = {
  readonly Arn: string
  readonly RoleArn: string
  readonly Input?: string
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number }
  readonly DeadLetterConfig?: { readonly Arn?: string }
}

export type ScheduleRow = {
  readonly groupName: string
  readonly name: string
  /** ScheduleBody as JSON. */
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly modifiedAt: number
  /** null: never again. */
  readonly nextAt: number | null
}

export type FiringRow = {
  readonly id: number
  readonly groupName: string
  readonly name: string
  /** Target as JSON, as it was when the firing was due. */
  readonly target: string
  readonly scheduledAt: number
  readonly attempts: number
  readonly dueAt: number
}

const schema = `
CREATE TABLE IF NOT EXISTS schedules (
  groupName TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, createdAt INTEGER NOT NULL, modifiedAt INTEGER NOT NULL,
  nextAt INTEGER, PRIMARY KEY (groupName, name)
) STRICT;
CREATE INDEX IF NOT EXISTS schedulesByNext ON schedules (nextAt);
CREATE TABLE IF NOT EXISTS firings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, groupName TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
  scheduledAt INTEGER NOT NULL, attempts INTEGER NOT NULL, dueAt INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS firingsByDue ON firings (dueAt);`

export type ScheduleStore = ReturnType<typeof createScheduleStore>

export const createScheduleStore = (database: Database) => {
  database.exec(schema)
  const statement = {
    get: database.prepare('SELECT * FROM schedules WHERE groupName = ? AND name = ?'),
    list: database.prepare('SELECT * FROM schedules ORDER BY groupName, name'),
    page: database.prepare(
      'SELECT * FROM schedules WHERE groupName = ? AND name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?',
    ),
    put: database.prepare(`INSERT INTO schedules (groupName, name, body, createdAt, modifiedAt, nextAt) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (groupName, name) DO UPDATE SET body = excluded.body, modifiedAt = excluded.modifiedAt, nextAt = excluded.nextAt`),
    remove: database.prepare('DELETE FROM schedules WHERE groupName = ? AND name = ?'),
    due: database.prepare('SELECT * FROM schedules WHERE nextAt <= ? ORDER BY nextAt'),
    advance: database.prepare('UPDATE schedules SET nextAt = ? WHERE groupName = ? AND name = ?'),
    fire: database.prepare(
      'INSERT INTO firings (groupName, name, target, scheduledAt, attempts, dueAt) VALUES (?, ?, ?, ?, 0, ?)',
    ),
    dueFirings: database.prepare('SELECT * FROM firings WHERE dueAt <= ? ORDER BY dueAt, id'),
    retry: database.prepare('UPDATE firings SET attempts = attempts + 1, dueAt = ? WHERE id = ?'),
    done: database.prepare('DELETE FROM firings WHERE id = ?'),
    earliest: database.prepare(
      'SELECT min(at) AS at FROM (SELECT min(nextAt) AS at FROM schedules UNION ALL SELECT min(dueAt) AS at FROM firings)',
    ),
  }
  return {
    get: (groupName: string, name: string) => statement.get.get(groupName, name) as ScheduleRow | undefined,
    list: () => statement.list.all() as ScheduleRow[],
    /** Schedules of a group in the order of their names, after one name and with a prefix. */
    page: (groupName: string, after: string, prefix: string, limit: number) =>
      statement.page.all(groupName, after, prefix, `${prefix}\u{10ffff}`, limit) as ScheduleRow[],
    put: ({ groupName, name, body, createdAt, modifiedAt, nextAt }: ScheduleRow): void =>
      void statement.put.run(groupName, name, body, createdAt, modifiedAt, nextAt),
    /** False where there was none. */
    remove: (groupName: string, name: string): boolean => statement.remove.run(groupName, name).changes > 0,
    due: (now: number) => statement.due.all(now) as ScheduleRow[],
    /** Writes down a firing and moves the schedule on, or removes it, in one step. */
    fire: (row: ScheduleRow, target: string, next: number | null, remove: boolean): void =>
      atomically(database, () => {
        statement.fire.run(row.groupName, row.name, target, row.nextAt, row.nextAt)
        if (remove) statement.remove.run(row.groupName, row.name)
        else statement.advance.run(next, row.groupName, row.name)
      }),
    dueFirings: (now: number) => statement.dueFirings.all(now) as FiringRow[],
    retry: (id: number, dueAt: number): void => void statement.retry.run(dueAt, id),
    done: (id: number): void => void statement.done.run(id),
    /** When something is to be done next; undefined: never. */
    earliest: () => (statement.earliest.get() as { at: number | null }).at ?? undefined,
  }
}
