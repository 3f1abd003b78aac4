import type { DocumentClient } from '#adapters/dynamodb/document-client.ts'

export type Calls = { requests: number; reads: number; transactions: number }

/** A client of the table that counts what it is asked. */
export const counting = (
  client: DocumentClient,
): { client: DocumentClient; calls: Calls; since(before: Calls): Calls } => {
  const calls: Calls = { requests: 0, reads: 0, transactions: 0 }
  const counted = Object.fromEntries(
    Object.entries(client).map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        calls.requests += 1
        if (name === 'write' || name === 'transact') calls.transactions += 1
        else calls.reads += 1
        return (method as (...args: unknown[]) => unknown)(...args)
      },
    ]),
  ) as unknown as DocumentClient
  return {
    client: counted,
    calls,
    since: (before) => ({
      requests: calls.requests - before.requests,
      reads: calls.reads - before.reads,
      transactions: calls.transactions - before.transactions,
    }),
  }
}
