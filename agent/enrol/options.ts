import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import * as z from 'zod'
import { agentOfThing } from '#domain/agents/agent.ts'
import { type AgentId, agentIdSchema, type WorkspaceId, workspaceIdSchema } from '#domain/ids.ts'
import { WrongOptions } from '../config.ts'

export type EnrolOptions = {
  readonly api: string
  readonly token: string
  readonly workspaceId: WorkspaceId
  /** One that is there, or the name of a new one. */
  readonly agent: { readonly id: AgentId } | { readonly name: string }
  /** Full path of the configuration that is written, or brought up to date. */
  readonly config: string
  /** Full path of the broker's root certificate, where Node.js does not know it. */
  readonly ca?: string
}

const schema = z.strictObject({
  api: z.url({ protocol: /^https?$/, error: 'must be the address of the API, such as https://….amazonaws.com' }),
  workspace: workspaceIdSchema.optional(),
  agent: agentIdSchema.optional(),
  name: z.string().min(1).optional(),
  config: z.string().default('agent.yaml'),
  ca: z.string().optional(),
  'token-file': z.string().optional(),
})

const given = (args: readonly string[]): Record<string, unknown> => {
  const text = { type: 'string' } as const
  try {
    const options = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, text]))
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new WrongOptions(`${(error as Error).message} See --help.`)
  }
}

const tokenOf = (file: string | undefined, env: NodeJS.ProcessEnv): string => {
  try {
    const token = file === undefined ? env.BENCHTIME_TOKEN : readFileSync(file === '-' ? 0 : file, 'utf8')
    if (token?.trim()) return token.trim()
  } catch (error) {
    throw new WrongOptions(`--token-file cannot be read: ${(error as Error).message}`)
  }
  throw new WrongOptions(
    'The token of a manager is needed: in the environment as BENCHTIME_TOKEN, in a --token-file, or with --token-file - on standard input.',
  )
}

/** The agent that a configuration names already. */
const namedIn = (config: string) => {
  if (!existsSync(config)) return undefined
  try {
    const found: unknown = parse(readFileSync(config, 'utf8'))
    const thing = (found as { thing?: unknown } | null)?.thing
    return typeof thing === 'string' ? agentOfThing(thing) : undefined
  } catch (error) {
    throw new WrongOptions(`${config} is neither YAML nor JSON: ${(error as Error).message}`)
  }
}

/** @throws WrongOptions with everything that is wrong */
export const readEnrolOptions = (args: readonly string[], env: NodeJS.ProcessEnv): EnrolOptions => {
  const parsed = schema.safeParse(given(args))
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `  --${path.join('.')}: ${message}`)
    throw new WrongOptions(`Enrolling needs other options:\n${wrong.join('\n')}\nSee --help.`)
  }
  const { api, workspace, agent, name, ca, ...rest } = parsed.data
  const config = resolve(rest.config)
  const before = namedIn(config)
  if (agent !== undefined && name !== undefined)
    throw new WrongOptions('--agent names one that is there, --name makes a new one: give one of them.')
  const id = agent ?? (name === undefined ? before?.agentId : undefined)
  if (id === undefined && name === undefined)
    throw new WrongOptions(
      `Say which agent: --name NAME makes a new one, --agent agt_… takes one that is there; ${config} names none.`,
    )
  const workspaceId = workspace ?? before?.workspaceId
  if (workspaceId === undefined) throw new WrongOptions('--workspace ws_… is needed.')
  return {
    api: api.replace(/\/$/, ''),
    token: tokenOf(rest['token-file'], env),
    workspaceId,
    agent: id === undefined ? { name: name as string } : { id },
    config,
    ...(ca !== undefined && { ca: resolve(ca) }),
  }
}
