/**
 * What Step Functions must not forget: every execution with the state it is in and that state's input, and the task
 * token on which it waits. One row is written as each state is entered, so after `kill -9` an execution goes on where it was.
 */
import type { ExecutionStatus, ExecutionView } from '../../cloud-controls.ts'
import { atomically, type Database } from '../database.ts'

export type ExecutionRow = {
  readonly arn: string
  readonly name: string
  readonly machineArn: string
  readonly status: ExecutionStatus
  /** JSON texts. */
  readonly input: string
  readonly output: string | null
  readonly error: string | null
  readonly cause: string | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly stoppedAt: number | null
  readonly state: string
  readonly stateInput: string
  readonly enteredAt: number
  readonly transitions: number
  /** 1 once its end was put on the event bus. */
  readonly announced: number
}

export type TokenRow = {
  readonly token: string
  readonly executionArn: string
  readonly state: string
  /** 1 once the function that was given the token has answered. */
  readonly invoked: number
  readonly outcome: 'success' | 'failure' | null
  readonly output: string | null
  readonly error: string | null
  readonly cause: string | null
}

export type Ending = {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>
  readonly output?: string | undefined
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

export type Entered = { readonly state: string; readonly stateInput: string; readonly at: number }

export type TaskResult =
  | { readonly outcome: 'success'; readonly output: string }
  | { readonly outcome: 'failure'; readonly error: string; readonly cause: string }

const schema = `
CREATE TABLE IF NOT EXISTS executions (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, machineArn TEXT NOT NULL, status TEXT NOT NULL,
  input TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, startedAt INTEGER NOT NULL, stoppedAt INTEGER,
  state TEXT NOT NULL, stateInput TEXT NOT NULL, enteredAt INTEGER NOT NULL, transitions INTEGER NOT NULL, announced INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS executionsByStatus ON executions (status, announced);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, executionArn TEXT NOT NULL, state TEXT NOT NULL, invoked INTEGER NOT NULL,
  outcome TEXT, output TEXT, error TEXT, cause TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS tokensByExecution ON tokens (executionArn);`

export type ExecutionStore = ReturnType<typeof createExecutionStore>

export const createExecutionStore = (database: Database) => {
  database.exec(schema)
  const statement = {
    insert:
      database.prepare(`INSERT INTO executions (arn, name, machineArn, status, input, startedAt, state, stateInput, enteredAt, transitions, announced)
      VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?, 0, 0)`),
    get: database.prepare('SELECT * FROM executions WHERE arn = ?'),
    all: database.prepare('SELECT * FROM executions ORDER BY startedAt, arn'),
    running: database.prepare("SELECT * FROM executions WHERE status = 'RUNNING' ORDER BY startedAt, arn"),
    unannounced: database.prepare("SELECT * FROM executions WHERE status <> 'RUNNING' AND announced = 0"),
    enter: database.prepare(
      'UPDATE executions SET state = ?, stateInput = ?, enteredAt = ?, transitions = transitions + 1 WHERE arn = ?',
    ),
    retry: database.prepare('UPDATE executions SET transitions = transitions + 1 WHERE arn = ?'),
    end: database.prepare(
      `UPDATE executions SET status = ?, output = ?, error = ?, cause = ?, stoppedAt = ? WHERE arn = ? AND status = 'RUNNING'`,
    ),
    announce: database.prepare('UPDATE executions SET announced = 1 WHERE arn = ?'),
    dropTokens: database.prepare('DELETE FROM tokens WHERE executionArn = ?'),
    mint: database.prepare('INSERT INTO tokens (token, executionArn, state, invoked) VALUES (?, ?, ?, 0)'),
    invoked: database.prepare('UPDATE tokens SET invoked = 1 WHERE token = ?'),
    token: database.prepare('SELECT * FROM tokens WHERE token = ?'),
    tokenOf: database.prepare('SELECT * FROM tokens WHERE executionArn = ?'),
    settle: database.prepare(
      'UPDATE tokens SET outcome = ?, output = ?, error = ?, cause = ? WHERE token = ? AND outcome IS NULL',
    ),
  }
  return {
    insert: (row: {
      arn: string
      name: string
      machineArn: string
      input: string
      state: string
      at: number
    }): void => {
      statement.insert.run(row.arn, row.name, row.machineArn, row.input, row.at, row.state, row.input, row.at)
    },
    get: (arn: string) => statement.get.get(arn) as ExecutionRow | undefined,
    all: () => statement.all.all() as ExecutionRow[],
    running: () => statement.running.all() as ExecutionRow[],
    unannounced: () => statement.unannounced.all() as ExecutionRow[],
    /** A new state: whatever token the former one waited for is closed. */
    enter: (arn: string, { state, stateInput, at }: Entered): void =>
      atomically(database, () => {
        statement.dropTokens.run(arn)
        statement.enter.run(state, stateInput, at, arn)
      }),
    countRetry: (arn: string): void => void statement.retry.run(arn),
    /** False where it had ended before: the first end counts. */
    end: (arn: string, ending: Ending, at: number): boolean =>
      atomically(database, () => {
        statement.dropTokens.run(arn)
        const { changes } = statement.end.run(
          ending.status,
          ending.output ?? null,
          ending.error ?? null,
          ending.cause ?? null,
          at,
          arn,
        )
        return changes > 0
      }),
    announced: (arn: string): void => void statement.announce.run(arn),
    /** A new token for a state; an earlier one of the same execution is closed. */
    mintToken: (token: string, arn: string, state: string): void =>
      atomically(database, () => {
        statement.dropTokens.run(arn)
        statement.mint.run(token, arn, state)
      }),
    tokenInvoked: (token: string): void => void statement.invoked.run(token),
    closeTokens: (arn: string): void => void statement.dropTokens.run(arn),
    token: (token: string) => statement.token.get(token) as TokenRow | undefined,
    tokenOf: (arn: string) => statement.tokenOf.get(arn) as TokenRow | undefined,
    /** False where it was settled before or is closed. */
    settle: (token: string, result: TaskResult): boolean => {
      const { changes } =
        result.outcome === 'success'
          ? statement.settle.run('success', result.output, null, null, token)
          : statement.settle.run('failure', null, result.error, result.cause, token)
      return changes > 0
    },
  }
}

export const viewOf = (row: ExecutionRow): ExecutionView => ({
  arn: row.arn,
  name: row.name,
  stateMachineArn: row.machineArn,
  status: row.status,
  input: row.input,
  output: row.output ?? undefined,
  error: row.error ?? undefined,
  cause: row.cause ?? undefined,
  startDate: new Date(row.startedAt).toISOString(),
  stopDate: row.stoppedAt === null ? undefined : new Date(row.stoppedAt).toISOString(),
  state: row.state,
  transitions: row.transitions,
})
