/**
 * Reads a synthesised cloud assembly (`cdk.out`): the manifest, the template of every stack and where the bundles of its
 * functions lie. Nothing is interpreted here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import type { JsonObject } from '../json.ts'

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).optional(),
      displayName: z.string().optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
        })
        .optional(),
    }),
  ),
})

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }).optional(),
        destinations: z.record(z.string(), z.object({ objectKey: z.string().optional() })).optional(),
      }),
    )
    .optional(),
})

export type ResourceNode = {
  readonly type: string
  readonly properties: JsonObject
  readonly condition?: string | undefined
}

export type Stack = {
  readonly name: string
  readonly resources: Readonly<Record<string, ResourceNode>>
  readonly parameters: JsonObject
  readonly mappings: JsonObject
  readonly conditions: JsonObject
  readonly outputs: JsonObject
}

export type Assembly = {
  readonly stacks: readonly Stack[]
  /** Directory of an asset by the object key it would have in the staging bucket. */
  readonly assetDirs: ReadonlyMap<string, string>
}

/** The assembly is missing or is not one. The message says what to run. */
export class BadAssembly extends Error {
  override readonly name = 'BadAssembly'
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BadAssembly(
      `${file} cannot be read as JSON: ${(error as Error).message}. Synthesise again with \`npm run synth\`.`,
    )
  }
}

type RawTemplate = {
  Resources?: Record<string, { Type: string; Properties?: JsonObject; Condition?: string }>
  Parameters?: JsonObject
  Mappings?: JsonObject
  Conditions?: JsonObject
  Outputs?: JsonObject
}

/** Makes a stack of a parsed CloudFormation template. */
export const stackOf = (name: string, template: unknown): Stack => {
  const raw = template as RawTemplate
  const resources = Object.entries(raw.Resources ?? {}).map(
    ([id, { Type, Properties, Condition }]): [string, ResourceNode] => [
      id,
      { type: Type, properties: Properties ?? {}, condition: Condition },
    ],
  )
  return {
    name,
    resources: Object.fromEntries(resources),
    parameters: raw.Parameters ?? {},
    mappings: raw.Mappings ?? {},
    conditions: raw.Conditions ?? {},
    outputs: raw.Outputs ?? {},
  }
}

/** Reads `directory`. Throws BadAssembly where there is no assembly in it. */
export const readAssembly = (directory: string): Assembly => {
  const manifestFile = join(directory, 'manifest.json')
  if (!existsSync(manifestFile))
    throw new BadAssembly(
      `There is no synthesised cloud assembly in ${directory}. Synthesise it with \`npm run synth\`.`,
    )
  const parsed = manifestSchema.safeParse(readJson(manifestFile))
  if (!parsed.success)
    throw new BadAssembly(`${manifestFile} is not the manifest of a cloud assembly: ${parsed.error.message}`)
  const stacks: Stack[] = []
  const assetDirs = new Map<string, string>()
  for (const [id, artifact] of Object.entries(parsed.data.artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack' && artifact.properties?.templateFile)
      stacks.push(
        stackOf(artifact.properties.stackName ?? id, readJson(join(directory, artifact.properties.templateFile))),
      )
    if (artifact.type === 'cdk:asset-manifest' && artifact.properties?.file)
      for (const [hash, file] of Object.entries(
        assetsSchema.parse(readJson(join(directory, artifact.properties.file))).files ?? {},
      )) {
        const path = file.source?.path
        if (!path) continue
        assetDirs.set(`${hash}.zip`, resolve(directory, path))
        for (const { objectKey } of Object.values(file.destinations ?? {}))
          if (objectKey) assetDirs.set(objectKey, resolve(directory, path))
      }
  }
  if (stacks.length === 0) throw new BadAssembly(`${directory} holds no stack.`)
  return { stacks, assetDirs }
}
