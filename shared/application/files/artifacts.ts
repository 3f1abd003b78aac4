import { notFound } from '#domain/errors.ts'
import { type Artifact, artifactKey, mostFiles } from '#domain/files/artifact.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import {
  type AgentId,
  type ArtifactId,
  artifactIdOf,
  type CommandId,
  type RunId,
  type WorkspaceId,
} from '#domain/ids.ts'
import { driveOf } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'

type Offered = {
  readonly workspaceId: WorkspaceId
  readonly agentId: AgentId
  readonly commandId: CommandId
  readonly runId: RunId
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** Why a file is not taken, for the agent’s log; it need not offer it again. */
type Refused = { readonly refused: string }

/** The file as it is going to be recorded, where the agent drove the run that it names. */
const checked = async (of: Offered, world: Pick<World, 'store' | 'clock'>): Promise<Artifact | Refused> => {
  const { workspaceId, runId, commandId, name, bytes, sha256 } = of
  const run = await world.store.get('run', { workspaceId, id: runId })
  const drive = run && driveOf(run)
  if (!drive || drive.agentId !== of.agentId || drive.commandId !== commandId)
    return { refused: 'This agent does not drive such a command of such a run.' }
  const known = await world.store.artifactsOf(workspaceId, runId)
  if (known.length >= mostFiles && !known.some((artifact) => artifact.name === name))
    return { refused: `A run keeps ${mostFiles} files at most.` }
  return {
    workspaceId,
    id: artifactIdOf(runId, fingerprint([commandId, name])),
    runId,
    commandId,
    name,
    bytes,
    sha256,
    at: instantOf(world.clock.now()),
    version: 1,
  }
}

export type Upload = { readonly url: string; readonly headers: Readonly<Record<string, string>> }

/** Where an agent may put a file, for a quarter of an hour: this one, of this size, and nothing else. */
export const offerUpload = async (
  of: Offered,
  world: Pick<World, 'store' | 'clock' | 'files'>,
): Promise<Upload | Refused> => {
  const artifact = await checked(of, world)
  return 'refused' in artifact ? artifact : world.files.uploadLink(artifactKey(artifact), artifact.bytes)
}

/** A file that was put there is one of the run from now on. Told twice it is one file; told anew it takes the place of the old. */
export const recordUpload = async (
  of: Offered,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Refused | undefined> => {
  const artifact = await checked(of, world)
  if ('refused' in artifact) return artifact
  const { workspaceId, id } = artifact
  const before = await world.store.get('artifact', { workspaceId, id })
  const value = { ...artifact, version: (before?.version ?? 0) + 1 }
  await world.store.commit([{ type: 'put', kind: 'artifact', value, expect: before?.version ?? 'absent' }])
  return undefined
}

/** A link to a file, for a quarter of an hour. @throws Refusal `not_found` */
export const linkTo = async (
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: ArtifactId },
  world: Pick<World, 'store' | 'files'>,
): Promise<{ artifact: Artifact; url: string }> => {
  const artifact = await world.store.get('artifact', { workspaceId, id })
  if (!artifact) throw notFound('artifact', id)
  return { artifact, url: await world.files.downloadLink(artifactKey(artifact), artifact.name) }
}
