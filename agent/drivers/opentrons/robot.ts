import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import * as z from 'zod'

/** States of a run as the robot server tells them (Opentrons HTTP API, version 3 and later). */
export const runStatusSchema = z.enum([
  'idle',
  'running',
  'paused',
  'stop-requested',
  'stopped',
  'failed',
  'succeeded',
  'finishing',
  'blocked-by-open-door',
  'awaiting-recovery',
  'awaiting-recovery-blocked-by-open-door',
  'awaiting-recovery-paused',
])
export type RunStatus = z.output<typeof runStatusSchema>

const runSchema = z.object({
  id: z.string(),
  // A newer robot may know more states; those we do not know are taken for going on.
  status: runStatusSchema.catch('running'),
  current: z.boolean().optional(),
  errors: z.array(z.object({ detail: z.string().optional(), errorType: z.string().optional() })).optional(),
})
export type RobotRun = z.output<typeof runSchema>

const one = <T extends z.ZodType>(data: T) => z.object({ data })

/** The robot answered, and said no. */
export class RobotRefused extends Error {
  override readonly name = 'RobotRefused'
}
/** The robot did not answer; whether it heard is not known. */
export class RobotSilent extends Error {
  override readonly name = 'RobotSilent'
}

const answerWithinMs = 15_000

/** The robot server's HTTP API, as far as it is needed. */
export const createRobot = (url: string) => {
  const ask = async <T extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: T,
    body?: unknown,
  ): Promise<z.output<T>> => {
    const form = body instanceof FormData
    let response: Response
    try {
      response = await fetch(new URL(path, url), {
        method,
        headers: {
          'opentrons-version': '*',
          ...(body !== undefined && !form && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(answerWithinMs),
      })
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } }
      throw new RobotSilent(`The robot at ${url} does not answer (${cause?.code ?? (error as Error).name}).`)
    }
    const text = await response.text().catch(() => '')
    if (!response.ok) throw new RobotRefused(`The robot said ${response.status} to ${path}: ${text.slice(0, 300)}`)
    try {
      return schema.parse(JSON.parse(text))
    } catch {
      throw new RobotSilent(`The robot at ${url} answered something unreadable to ${path}.`)
    }
  }
  const id = one(z.object({ id: z.string() }))
  return {
    /** Uploads a protocol file. @returns its id on the robot */
    upload: async (path: string): Promise<string> => {
      const form = new FormData()
      form.append('files', new Blob([readFileSync(path)]), basename(path))
      return (await ask('POST', '/protocols', id, form)).data.id
    },
    createRun: async (protocolId: string, values: Record<string, unknown>): Promise<string> => {
      const data = { protocolId, ...(Object.keys(values).length > 0 && { runTimeParameterValues: values }) }
      return (await ask('POST', '/runs', id, { data })).data.id
    },
    act: async (runId: string, actionType: 'play' | 'pause' | 'stop'): Promise<void> => {
      await ask('POST', `/runs/${encodeURIComponent(runId)}/actions`, z.unknown(), { data: { actionType } })
    },
    run: async (runId: string): Promise<RobotRun> =>
      (await ask('GET', `/runs/${encodeURIComponent(runId)}`, one(runSchema))).data,
    /** The run that the robot has at hand, if there is one. */
    current: async (): Promise<RobotRun | undefined> =>
      (await ask('GET', '/runs', one(z.array(runSchema)))).data.find(({ current }) => current),
    /** Of a robot without a door, or without an emergency stop, it is not known; then nothing is in the way. */
    door: async (): Promise<string | undefined> =>
      (
        await ask('GET', '/robot/door/status', one(z.object({ status: z.string() }))).catch((error: unknown) => {
          if (error instanceof RobotRefused) return undefined
          throw error
        })
      )?.data.status,
    emergencyStop: async (): Promise<string | undefined> =>
      (
        await ask('GET', '/robot/control/estopStatus', one(z.object({ status: z.string() }))).catch(
          (error: unknown) => {
            if (error instanceof RobotRefused) return undefined
            throw error
          },
        )
      )?.data.status,
  }
}
export type Robot = ReturnType<typeof createRobot>
