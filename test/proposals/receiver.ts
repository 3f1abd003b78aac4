import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Submission } from '#domain/proposals/submission.ts'

type Answer = { readonly status: number; readonly body: unknown } | 'never' | undefined
type Options = {
  readonly secret: string
  readonly failFirst?: number
  readonly answer?: (submission: Submission) => Answer
  readonly now: () => number
}
type Receiver = {
  readonly server: Server
  readonly taken: Map<string, string>
  readonly calendar: Map<string, { reference: string; start: string; end: string; people: string[] }>
  readonly requests: Submission[]
}

/** The receiver of the examples, at an address of its own. */
export const openReceiver = async (options: Options): Promise<Receiver & { close(): Promise<void>; url: string }> => {
  const path = new URL('../../examples/connector-receiver/receiver.mjs', import.meta.url).href
  const { createReceiver } = (await import(path)) as { createReceiver(of: Options): Receiver }
  const receiver = createReceiver(options)
  const { server } = receiver
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...receiver,
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
