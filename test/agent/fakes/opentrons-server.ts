import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Run = {
  id: string
  status: string
  current: boolean
  errors: { detail: string }[]
  protocolId: string
  values: unknown
}

export type FakeRobot = {
  readonly url: string
  readonly runs: Map<string, Run>
  /** How the next runs go. */
  outcome: 'succeeded' | 'failed'
  door: 'open' | 'closed'
  /** Requests are not answered; their connection breaks. */
  silent: boolean
  /** What was asked, in order. */
  readonly asked: string[]
  close(): Promise<void>
}

/**
 * A robot server, as far as its public API description tells (Opentrons HTTP API v3: /runs, /runs/{id}/actions, /protocols,
 * /robot/door/status, /robot/control/estopStatus). A run that plays ends by itself after some looks at it, but for those of
 * protocols whose id begins with `endless`.
 */
export const startFakeRobot = async (): Promise<FakeRobot> => {
  const runs = new Map<string, Run>()
  const looks = new Map<string, number>()
  const asked: string[] = []
  let ids = 0
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', url = '' } = request
    if (robot.silent) return void request.socket.destroy()
    asked.push(`${method} ${url}`)
    const answer = (status: number, data: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(status < 400 ? { data } : { errors: [{ detail: data }] }))
    }
    if (!request.headers['opentrons-version']) return answer(422, 'Opentrons-Version is missing')
    const [, runId, action] = /^\/runs\/([^/]+)(\/actions)?$/.exec(url) ?? []
    if (method === 'POST' && url === '/protocols') return answer(201, { id: `protocol-${++ids}` })
    if (method === 'POST' && url === '/runs') {
      const { protocolId, runTimeParameterValues: values } = (JSON.parse(body) as { data: Record<string, unknown> })
        .data
      if (protocolId === 'unknown') return answer(404, 'no such protocol')
      for (const other of runs.values()) other.current = false
      const run = {
        id: `run-${++ids}`,
        status: 'idle',
        current: true,
        errors: [],
        protocolId: String(protocolId),
        values,
      }
      runs.set(run.id, run)
      return answer(201, run)
    }
    if (url === '/runs') return answer(200, [...runs.values()])
    if (url === '/robot/door/status') return answer(200, { status: robot.door })
    if (url === '/robot/control/estopStatus') return answer(200, { status: 'disengaged' })
    const run = runs.get(runId ?? '')
    if (!run) return answer(404, 'no such run')
    if (action) {
      const { actionType } = (JSON.parse(body) as { data: { actionType: string } }).data
      if (actionType === 'play') run.status = 'running'
      if (actionType === 'pause') {
        if (run.status !== 'running') return answer(409, `cannot pause while ${run.status}`)
        run.status = 'paused'
      }
      if (actionType === 'stop') run.status = 'stopped'
      return answer(201, { id: `action-${++ids}` })
    }
    const seen = (looks.get(run.id) ?? 0) + 1
    looks.set(run.id, seen)
    if (run.status === 'running' && seen > 3 && !run.protocolId.startsWith('endless')) {
      run.status = robot.outcome
      if (robot.outcome === 'failed') run.errors.push({ detail: 'Tip was not picked up' })
    }
    answer(200, run)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const robot: FakeRobot = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    runs,
    outcome: 'succeeded',
    door: 'closed',
    silent: false,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return robot
}
