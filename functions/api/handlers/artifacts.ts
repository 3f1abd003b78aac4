import { linkTo } from '#application/files/artifacts.ts'
import type { artifactRoutes } from '#contracts/http/routes/artifacts.ts'
import { found } from './reading.ts'
import type { HandlersOf } from './request.ts'

export const artifactHandlers: HandlersOf<typeof artifactRoutes> = {
  listArtifacts: async ({ params: { workspaceId }, query: { runId } }, world) => {
    await found('run', workspaceId, runId, world)
    return { items: [...(await world.store.artifactsOf(workspaceId, runId))] }
  },
  getArtifact: ({ params: { workspaceId, artifactId } }, world) => linkTo({ workspaceId, id: artifactId }, world),
}
