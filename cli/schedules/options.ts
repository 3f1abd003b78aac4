import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { workspaceIdSchema } from '#domain/ids.ts'

export const help = `npm run -s schedules -- COMMAND [options]: schedules as a file, in YAML or JSON.

  export [FILE]   writes all schedules to FILE, or to standard output
  diff FILE       tells what applying FILE would change, and changes nothing
  apply FILE      tells it, asks, and does it; applied again it changes nothing

  --workspace ID     workspace (or BENCHTIME_WORKSPACE)
  --url URL          where the API is (or BENCHTIME_URL; default http://127.0.0.1:4100)
  --token-file FILE  file with a token (or the token itself in BENCHTIME_TOKEN)
  --prune PREFIX     schedules whose external name begins so, and that FILE does not hold, are archived
  --yes              apply does not ask
  --json             export writes JSON; FILE is read as what its name ends with, .json or else YAML

In a file each schedule has an externalName, by which it is known. Exit codes: 0 done, 1 refused, 2 wrong options.
`

export class WrongOptions extends Error {}

export type Options = {
  readonly command: 'export' | 'diff' | 'apply'
  readonly file: string | undefined
  readonly workspaceId: `ws_${string}`
  readonly url: string
  readonly token: string
  readonly prune: string | undefined
  readonly yes: boolean
  readonly json: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

const tokenOf = (file: string | undefined, env: Environment): string => {
  const token = file === undefined ? env.BENCHTIME_TOKEN : readFileSync(file, 'utf8')
  if (token === undefined || token.trim() === '')
    throw new WrongOptions('A token is needed: set BENCHTIME_TOKEN, or name a file with --token-file.')
  return token.trim()
}

/** @throws WrongOptions with what to write instead */
export const readOptions = (args: readonly string[], env: Environment): Options | 'help' => {
  const { values, positionals } = parse(args)
  if (values.help || args.length === 0) return 'help'
  const [command = '', file, more] = positionals
  if (command !== 'export' && command !== 'diff' && command !== 'apply')
    throw new WrongOptions(`"${command}" is no command; write export, diff or apply.`)
  if (more !== undefined) throw new WrongOptions(`"${more}" is one file too many.`)
  if (command !== 'export' && file === undefined) throw new WrongOptions(`${command} needs the name of a file.`)
  const workspace = workspaceIdSchema.safeParse(values.workspace ?? env.BENCHTIME_WORKSPACE)
  if (!workspace.success)
    throw new WrongOptions('Name the workspace, such as --workspace ws_demo, or set BENCHTIME_WORKSPACE.')
  return {
    command,
    file,
    workspaceId: workspace.data,
    url: (values.url ?? env.BENCHTIME_URL ?? 'http://127.0.0.1:4100').replace(/\/$/, ''),
    token: tokenOf(values['token-file'], env),
    prune: values.prune,
    yes: values.yes ?? false,
    json: values.json ?? (file?.endsWith('.json') || false),
  }
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        workspace: { type: 'string' },
        url: { type: 'string' },
        'token-file': { type: 'string' },
        prune: { type: 'string' },
        yes: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new WrongOptions((error as Error).message)
  }
}
