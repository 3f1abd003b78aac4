import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs'
import type { Downlink } from '#contracts/agents/messages.ts'
import { viewed } from './core/guarded.ts'
import { certificateState, certificateWarning } from './io/certificate.ts'
import { openFileJournal } from './io/file-journal.ts'
import { connect } from './io/mqtt-transport.ts'
import { makeInstruments } from './make-instruments.ts'
import type { Options } from './options.ts'
import { systemClock } from './run.ts'
import { software } from './version.ts'

type Finding = { readonly level: 'ok' | 'warn' | 'bad'; readonly what: string; readonly todo?: string }

const leastFreeBytes = 200 * 1024 * 1024
const answerWithinMs = 20_000
const worstSkewMs = 60_000

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The disk on which the journal lies: writable, with room, and not used by another agent. */
const lookAtDisk = async ({ dataDir }: Options): Promise<Finding[]> => {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const journal = await openFileJournal(dataDir)
    const records = (await journal.load()).length
    await journal.close()
    const { bavail, bsize } = statfsSync(dataDir)
    const free = bavail * bsize
    const room: Finding =
      free < leastFreeBytes
        ? {
            level: 'warn',
            what: `Only ${Math.round(free / 1e6)} MB are free at ${dataDir}.`,
            todo: 'Make room; with a full disk nothing is driven.',
          }
        : { level: 'ok', what: `${Math.round(free / 1e9)} GB are free at ${dataDir}.` }
    return [{ level: 'ok', what: `The journal can be read and written; it has ${records} records.` }, room]
  } catch (error) {
    return [{ level: 'bad', what: words(error), todo: 'An agent that is running holds its journal: stop it first.' }]
  }
}

const lookAtRoots = ({ roots }: Options): Finding[] =>
  roots.length === 0
    ? [
        {
          level: 'warn',
          what: 'There are no roots, so the process driver runs nothing.',
          todo: 'Add --root DIRECTORY.',
        },
      ]
    : roots.map((root): Finding => {
        if (!existsSync(root))
          return { level: 'bad', what: `Root ${root} does not exist.`, todo: 'Make it, or take it out.' }
        try {
          accessSync(root, constants.R_OK)
          return { level: 'ok', what: `Root ${root} can be read.` }
        } catch (error) {
          return { level: 'bad', what: `Root ${root}: ${words(error)}`, todo: 'Let the user of the agent read it.' }
        }
      })

const lookAtInstruments = (options: Options): Promise<Finding[]> =>
  Promise.all(
    makeInstruments(options.instruments, { ...options, clock: systemClock }).map(
      async ({ driver, assetId }): Promise<Finding> => {
        const name = `${driver.name}${assetId ? ` (${assetId})` : ''}`
        if (!driver.view)
          return { level: 'ok', what: `Driver ${name} is there; it cannot tell how its instrument stands.` }
        const { state, message = '' } = await viewed(driver, systemClock)
        if (state === 'idle') return { level: 'ok', what: `Driver ${name}: the instrument is free.` }
        return {
          level: state === 'busy' ? 'warn' : 'bad',
          what: `Driver ${name}: the instrument is ${state}. ${message}`.trim(),
          todo: 'Look at the instrument and at the settings of its driver.',
        }
      },
    ),
  )

const lookAtCertificate = async ({ broker }: Options): Promise<Finding[]> => {
  if (!broker.tls) return []
  const found = certificateState(broker.tls.cert, systemClock.now())
  const warning = certificateWarning(found)
  if (warning === undefined && 'endsAt' in found)
    return [{ level: 'ok', what: `The certificate lasts until ${found.endsAt}.` }]
  return [{ level: found.state === 'ending' ? 'warn' : 'bad', what: warning ?? '' }]
}

/** Connects as the agent and asks once, for nothing. */
const lookAtCloud = async ({ broker }: Options): Promise<Finding[]> => {
  const { promise, resolve } = Promise.withResolvers<Finding[]>()
  const session = randomBytes(16).toString('hex')
  let connected = false
  let last = ''
  const link = connect(broker, {
    onConnected: () => {
      connected = true
      link.poll({ session, stamp: systemClock.monotonic(), want: 0, driving: [], software })
    },
    onMessage: (message: Downlink) => {
      if (message.type !== 'next' || message.session !== session) return
      const skewMs = message.now === undefined ? 0 : Date.now() - Date.parse(message.now)
      resolve([
        { level: 'ok', what: `The cloud answered over ${broker.url}.` },
        Math.abs(skewMs) > worstSkewMs
          ? {
              level: 'warn',
              what: `The clock of this machine is ${Math.round(skewMs / 1000)} s away from the cloud's.`,
              todo: 'Set it (NTP). Nothing is decided by it, but times in logs and reports are wrong.',
            }
          : { level: 'ok', what: 'The clock is right.' },
      ])
    },
    log: (_level, message, facts) => {
      last = `${message} ${String(facts?.error ?? '')}`.trim()
    },
  })
  const cancel = systemClock.after(answerWithinMs, () =>
    resolve([
      connected
        ? {
            level: 'bad',
            what: 'The broker let the agent in, but the cloud did not answer.',
            todo: 'Is the agent enrolled and not disabled (GET …/agents)? Is --stage right?',
          }
        : {
            level: 'bad',
            what: `No connection to ${broker.url}. ${last}`.trim(),
            todo: 'Check address, port 8883 outbound, and that the credential belongs to this thing name.',
          },
    ]),
  )
  const found = await promise
  cancel()
  await link.close().catch(() => undefined)
  return found
}

const marks = { ok: '✓', warn: '!', bad: '✗' } as const

/** Looks at everything that the agent needs. @returns the exit code: 0 where it can drive, 1 where something is in the way */
export const doctor = async (options: Options): Promise<number> => {
  console.log(`${software}, thing ${options.broker.thing}, Node.js ${process.version}, ${process.platform}\n`)
  const findings: Finding[] = []
  for (const look of [lookAtDisk, lookAtRoots, lookAtInstruments, lookAtCertificate, lookAtCloud])
    for (const finding of await look(options)) {
      findings.push(finding)
      console.log(`${marks[finding.level]} ${finding.what}${finding.todo ? `\n    ${finding.todo}` : ''}`)
    }
  const bad = findings.filter(({ level }) => level === 'bad').length
  console.log(bad > 0 ? `\n${bad} thing(s) in the way; nothing can be driven like this.` : '\nIt can drive.')
  return bad > 0 ? 1 : 0
}
