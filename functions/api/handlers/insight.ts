import { createHash } from 'node:crypto'
import { readAnalysis } from '#application/insight/analysis.ts'
import { readMetrics } from '#application/insight/metrics.ts'
import { readQueue } from '#application/insight/queue.ts'
import { readStatus } from '#application/insight/status.ts'
import type { insightRoutes } from '#contracts/http/routes/insight.ts'
import type { queueRoutes } from '#contracts/http/routes/queue.ts'
import type { HandlersOf } from './request.ts'

/** After how long a client asks again. */
const retryMs = 4_000

/** One answer to a client of server-sent events: the state, where it is another one than the client has seen. */
const eventOf = (state: unknown, lastEventId: string | undefined): string => {
  const data = JSON.stringify(state)
  const id = createHash('sha256').update(data).digest('base64url').slice(0, 22)
  const news = id === lastEventId ? ': nothing new\n\n' : `event: queue\nid: ${id}\ndata: ${data}\n\n`
  return `retry: ${retryMs}\n${news}`
}

/** What is told of the work of a workspace as a whole. */
export const insightHandlers: HandlersOf<typeof insightRoutes & typeof queueRoutes> = {
  getMetrics: ({ params, query }, world) => readMetrics({ ...params, ...query }, world),
  getStatus: ({ params }, world) => readStatus(params, world),
  getAnalysis: ({ params, query }, world) => readAnalysis({ ...params, ...query }, world),
  getQueue: ({ params }, world) => readQueue(params, world),
  watchQueue: async ({ params, lastEventId }, world) => eventOf(await readQueue(params, world), lastEventId),
}
