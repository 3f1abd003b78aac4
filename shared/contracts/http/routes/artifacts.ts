import * as z from 'zod'
import { artifactSchema } from '#domain/files/artifact.ts'
import { runIdSchema } from '#domain/ids.ts'
import { route } from '../route.ts'

/** Files that runs left behind. */
export const artifactRoutes = {
  listArtifacts: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/artifacts',
    access: 'viewer',
    summary: 'Files of a run: the whole of what was printed, traces, results',
    query: z.strictObject({ runId: runIdSchema }),
    response: z.strictObject({ items: z.array(artifactSchema) }),
    status: 200,
  }),
  getArtifact: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/artifacts/{artifactId}',
    access: 'viewer',
    summary: 'Get a link to a file, good for a quarter of an hour',
    response: z.strictObject({ artifact: artifactSchema, url: z.string() }),
    status: 200,
  }),
} as const
