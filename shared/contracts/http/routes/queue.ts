import * as z from 'zod'
import { queueSchema } from '#domain/runs/queue.ts'
import { route } from '../route.ts'

/** What is under way, to be read once or watched. */
export const queueRoutes = {
  getQueue: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/queue',
    access: 'viewer',
    summary: 'What runs, what waits and why, what is in recovery, and which agents are there',
    response: queueSchema,
    status: 200,
  }),
  watchQueue: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/queue:watch',
    access: 'viewer',
    summary: 'The same as server-sent events, for whoever wants to see changes as they come',
    description:
      'Each answer holds at most one event `queue` with the whole state, and ends; a client of server-sent events asks again by itself after the `retry` that it is told. With the Last-Event-ID of what was seen, nothing is sent until something has changed.',
    produces: 'text/event-stream',
    response: z.string(),
    status: 200,
  }),
} as const
