import { randomUUID } from 'node:crypto'
import { ApiProblem, type Client, createClient } from '#contracts/http/client.ts'
import { thingNameOf } from '#domain/agents/agent.ts'
import { doctor } from '../doctor.ts'
import { readOptions } from '../options.ts'
import { makeKeyAndRequest } from './key-and-request.ts'
import type { EnrolOptions } from './options.ts'
import { keepKey } from './store.ts'

const done = (text: string): void => console.log(`✓ ${text}`)

const told = (error: unknown): Error => {
  if (!(error instanceof ApiProblem))
    return new Error(`The API did not answer: ${(error as Error).message}. Is --api right, and can it be reached?`)
  const reasons = (error.problem.reasons ?? []).map(({ path = '', message }) => `\n  ${path} ${message}`)
  return new Error(`${error.message}${reasons.join('')}`)
}

const agentOf = async (
  client: Client,
  { workspaceId, agent }: EnrolOptions,
): Promise<{ agentId: string; former: readonly string[] }> => {
  const params = { workspaceId }
  if ('id' in agent) {
    const { body } = await client.call('getAgent', { params: { ...params, agentId: agent.id } })
    done(`Agent ${body.id} is "${body.name}".`)
    return { agentId: body.id, former: (body.certificates ?? []).map(({ id }) => id) }
  }
  const { body } = await client.call('enrolAgent', { params, body: agent, idempotencyKey: randomUUID() })
  done(`Agent ${body.id} is made. Where this breaks off, go on with --agent ${body.id}.`)
  return { agentId: body.id, former: [] }
}

/**
 * Makes a key, has it signed, writes certificate and configuration, and connects for the first time. @returns the exit code of
 * the doctor: 0 where the agent can drive
 */
export const enrol = async (options: EnrolOptions): Promise<number> => {
  const { workspaceId, config, ca } = options
  const client = createClient({ baseUrl: options.api, token: options.token, fetch })
  const { agentId, former } = await agentOf(client, options).catch((error: unknown) => {
    throw told(error)
  })
  const { key, request } = await makeKeyAndRequest(thingNameOf(workspaceId, agentId as never))
  const kept = keepKey(config, key)
  try {
    const { body } = await client
      .call('issueCertificate', { params: { workspaceId, agentId }, body: { request } })
      .catch((error: unknown) => {
        throw told(error)
      })
    const { pem, thingName: thing, broker, stage, id, endsAt } = body
    kept.put(pem, { thing, broker, stage, ...(ca !== undefined && { ca }) })
    done(`Certificate ${id.slice(0, 12)}… lasts until ${endsAt}.`)
    done(`${config} is written; key and certificate lie beside it. The key has not left this machine.`)
  } finally {
    kept.drop()
  }
  for (const id of former)
    console.log(
      `! A former certificate is still in force. Restart the agent, then revoke it:\n    curl -X DELETE -H "authorization: Bearer $BENCHTIME_TOKEN" ${options.api}/v1/workspaces/${workspaceId}/agents/${agentId}/certificates/${id}`,
    )
  console.log('')
  const asked = readOptions(['doctor', '--config', config], {})
  return asked.command === 'doctor' ? doctor(asked.options) : 1
}
