import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { agentOfThing } from '#domain/agents/agent.ts'
import { assetIdSchema } from '#domain/ids.ts'
import { driverNameSchema } from '#domain/protocols/protocol.ts'
import { hamiltonConfigSchema } from './drivers/hamilton/config.ts'
import { opentronsConfigSchema } from './drivers/opentrons/opentrons-driver.ts'
import { stepProgramSchema } from './programs/step-programs.ts'

/** Which driver with which settings; and the asset that it is, where there are several of a kind. */
const instrumentSchema = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('simulator'), asset: assetIdSchema.optional() }),
  z.strictObject({ driver: z.literal('process'), asset: assetIdSchema.optional() }),
  z.strictObject({
    driver: z.literal('hamilton'),
    asset: assetIdSchema.optional(),
    settings: hamiltonConfigSchema,
  }),
  z.strictObject({
    driver: z.literal('opentrons'),
    asset: assetIdSchema.optional(),
    settings: opentronsConfigSchema,
  }),
])
export type InstrumentConfig = z.output<typeof instrumentSchema>

/** Everything that an agent is told; each entry may stand in the file, in the environment, or on the command line. */
export const configSchema = z.strictObject({
  thing: z.string().refine((text) => agentOfThing(text) !== undefined, {
    error: 'must be as enrolling answered it, such as ws_lab:agt_1',
  }),
  broker: z.string().regex(/^mqtts?:\/\/[^/]+$/, 'must be mqtt://host:port or mqtts://host:port'),
  stage: z.string().min(1).default('dev'),
  /** Files, relative to the configuration file. */
  passwordFile: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  ca: z.string().optional(),
  data: z.string().default('.benchtime-agent'),
  roots: z.array(z.string()).default([]),
  maxConcurrent: z.coerce.number().int().min(1).max(50).default(4),
  graceSeconds: z.coerce.number().positive().max(600).default(10),
  pollSeconds: z.coerce.number().positive().max(3_600).default(60),
  /** What becomes of drives when the agent is asked to end. */
  onStop: z.enum(['finish', 'hand-over']).default('finish'),
  log: z.enum(['text', 'json']).default('text'),
  instruments: z
    .array(instrumentSchema)
    .min(1)
    .max(20)
    .default([{ driver: 'simulator' }, { driver: 'process' }]),
  steps: z.record(driverNameSchema, stepProgramSchema).default({}),
})
export type AgentSettings = z.output<typeof configSchema>

export class WrongOptions extends Error {}

/** `BENCHTIME_AGENT_MAX_CONCURRENT` for `maxConcurrent`; lists and objects as JSON. */
export const variableOf = (name: string): string =>
  `BENCHTIME_AGENT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** The settings that have an option, and its name. */
export const optionsOf: Readonly<Record<string, string>> = {
  thing: 'thing',
  broker: 'broker',
  stage: 'stage',
  passwordFile: 'password-file',
  cert: 'cert',
  key: 'key',
  ca: 'ca',
  data: 'data',
  maxConcurrent: 'max-concurrent',
  graceSeconds: 'grace',
  pollSeconds: 'poll',
  onStop: 'on-stop',
  log: 'log',
}

const plain = new Set(['instruments', 'steps', 'roots'])

const fromEnvironment = (env: NodeJS.ProcessEnv): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(configSchema.shape).flatMap((name) => {
      const text = env[variableOf(name)]
      if (text === undefined) return []
      if (!plain.has(name)) return [[name, text]]
      try {
        return [[name, JSON.parse(text)]]
      } catch {
        throw new WrongOptions(`${variableOf(name)} must be JSON.`)
      }
    }),
  )

const fromFile = (path: string): Record<string, unknown> => {
  if (!existsSync(path)) throw new WrongOptions(`There is no configuration file ${path}.`)
  let found: unknown
  try {
    found = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new WrongOptions(`${path} is neither YAML nor JSON: ${(error as Error).message}`)
  }
  if (found === null || typeof found !== 'object' || Array.isArray(found))
    throw new WrongOptions(`${path} must have names and values, such as "thing: ws_lab:agt_1".`)
  // What a file names lies beside it, wherever the agent is started.
  const beside = dirname(resolve(path))
  const settings = found as Record<string, unknown>
  const at = (value: unknown) => (typeof value === 'string' ? resolve(beside, value) : value)
  for (const name of ['passwordFile', 'cert', 'key', 'ca', 'data'])
    if (name in settings) settings[name] = at(settings[name])
  if (Array.isArray(settings.roots)) settings.roots = settings.roots.map(at)
  return settings
}

/**
 * What the agent is told, from file, environment and command line; the latter win.
 * @throws WrongOptions with every entry that is wrong, and where it may be set
 */
export const readConfig = (
  given: Record<string, unknown>,
  env: NodeJS.ProcessEnv,
  file: string | undefined,
): AgentSettings => {
  const path = file ?? env.BENCHTIME_AGENT_CONFIG
  const merged = { ...(path !== undefined && fromFile(path)), ...fromEnvironment(env), ...given }
  const parsed = configSchema.safeParse(merged)
  if (parsed.success) {
    const { cert, key } = parsed.data
    if ((cert === undefined) !== (key === undefined)) throw new WrongOptions('"cert" and "key" belong together.')
    return parsed.data
  }
  const wrong = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.')
    const value = issue.path.reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part as string], merged)
    const was = value === undefined || typeof value === 'object' ? '' : `; it was ${JSON.stringify(value)}`
    const [top = ''] = name.split('.')
    const where = top in optionsOf ? ` (--${optionsOf[top]}, ${variableOf(top)})` : ''
    const what = value === undefined && name ? 'is needed' : issue.message
    return `  ${name || 'the configuration'}${where}: ${what}${was}`
  })
  throw new WrongOptions(`The agent's configuration is wrong:\n${wrong.join('\n')}\nSee --help.`)
}
