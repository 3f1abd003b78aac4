import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openBrokerCredentials } from './edge/iot/credentials.ts'
import { type DemoPerson, demoPeople, openIssuer, subjectOf } from './edge/issuer/issuer.ts'
import { synthesise } from './processes/assembly.ts'
import { audienceOf } from './processes/laboratory.ts'
import { readAssembly } from './template/assembly.ts'
import { interpret } from './template/template.ts'

const people = Object.keys(demoPeople) as DemoPerson[]

const help = `npm run -s token -- [options]: a token for the laptop's HTTP API, alone on standard output.

  --as ROLE       one of ${people.join(', ')} (default manager): that person of the demo laboratory
  --sub SUBJECT   any other subject
  --expires TIME  seconds, or with m, h or d (default 8h)
  --agent THING   instead: the broker credential of an agent, for its --password-file
  --data DIR      data directory of the laptop cloud (default .benchtime)
`

const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

const secondsOf = (text: string): number => {
  const [, number, unit] = /^(-?\d+)([smhd]?)$/.exec(text) ?? []
  if (number === undefined) throw new Error(`--expires takes a time such as 900, 30m or 8h; it was "${text}".`)
  return Number(number) * units[(unit || 's') as keyof typeof units]
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      as: { type: 'string', default: 'manager' },
      sub: { type: 'string' },
      expires: { type: 'string', default: '8h' },
      agent: { type: 'string' },
      data: { type: 'string', default: '.benchtime' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  const dataDir = resolve(values.data)
  if (!existsSync(join(dataDir, 'issuer.jwk.json')))
    throw new Error(
      `There is no laptop cloud in ${dataDir} yet. Run npm start first, or name its directory with --data.`,
    )
  if (values.agent !== undefined) return console.log(openBrokerCredentials(dataDir).passwordOf(values.agent))
  const person = values.as as DemoPerson
  if (values.sub === undefined && !people.includes(person))
    throw new Error(`--as takes one of ${people.join(', ')}; it was "${values.as}".`)
  const subject = values.sub ?? subjectOf(person)
  const name = values.sub ?? demoPeople[person]
  const { directory } = await synthesise()
  const whom = audienceOf(interpret(readAssembly(directory)))
  const issuer = await openIssuer(dataDir)
  console.log(await issuer.issue({ ...whom, subject, name, expiresInSeconds: secondsOf(values.expires) }))
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
})
