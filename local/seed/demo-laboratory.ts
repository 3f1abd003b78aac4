import { join } from 'node:path'
import { ApiProblem, type Client } from '#contracts/http/client.ts'
import { type DemoPerson, demoPeople, subjectOf } from '../edge/issuer/issuer.ts'

export const demoWorkspace = 'ws_demo'
/** Programs that the demo's `process` driver may run. */
export const exampleRoot = join(import.meta.dirname, '..', '..', 'examples')

export type DemoLaboratory = { readonly workspaceId: string; readonly thingName: string }

const params = { workspaceId: demoWorkspace }

const seedPeople = async (admin: Client): Promise<void> => {
  for (const person of Object.keys(demoPeople) as DemoPerson[])
    await admin.call('putMember', {
      params: { ...params, subject: subjectOf(person) },
      body: { name: demoPeople[person], role: person },
    })
}

/** The demo's agent, enrolled once; found again at the next start. */
const enrol = async (admin: Client): Promise<{ id: string; thingName: string; isNew: boolean }> => {
  const { body } = await admin.call('listAgents', { params, query: { limit: 100 } })
  const known = body.items[0]
  if (known) return { id: known.id, thingName: known.thingName, isNew: false }
  const { body: agent } = await admin.call('enrolAgent', { params, body: { name: 'Bench agent' } })
  return { id: agent.id, thingName: agent.thingName, isNew: true }
}

const seedAssets = async (admin: Client, agentId: string): Promise<void> => {
  const asset = (body: Parameters<typeof admin.call<'createAsset'>>[1] & object) => admin.call('createAsset', body)
  const { body: handler } = await asset({
    params,
    body: { name: 'Liquid handler', kind: 'machine', agentId, capabilities: ['pipetting'] },
  })
  const { body: reader } = await asset({
    params,
    body: { name: 'Plate reader', kind: 'machine', agentId, capabilities: ['absorbance'] },
  })
  const { body: bench } = await asset({ params, body: { name: 'Bench 1', kind: 'station', capacity: 2 } })
  const { body: dilution } = await admin.call('createProtocol', {
    params,
    body: {
      name: 'Serial dilution (simulated)',
      driver: 'simulator',
      requirements: [{ assetId: handler.id }, { assetId: bench.id }],
      expectedDurationSeconds: 20,
      parametersSchema: {
        type: 'object',
        properties: { durationMs: { type: 'integer', minimum: 0 } },
        additionalProperties: true,
      },
    },
  })
  await admin.call('createProtocol', {
    params,
    body: {
      name: 'Plate report',
      driver: 'process',
      path: 'plate-report.mjs',
      payload: { runtime: 'node', args: ['{input}', '--blank', '{blank}'] },
      requirements: [{ assetId: reader.id }],
      expectedDurationSeconds: 5,
      parametersSchema: {
        type: 'object',
        properties: { input: { type: 'string' }, blank: { type: 'string', pattern: '^[A-H]([1-9]|1[0-2])$' } },
        required: ['input', 'blank'],
        additionalProperties: false,
      },
    },
  })
  await admin.call('createSchedule', {
    params,
    body: {
      name: 'Dilution every five minutes',
      protocolId: dilution.id,
      parameters: { durationMs: 20_000 },
      rule: { kind: 'rate', every: 5, unit: 'minute' },
      timeZone: 'Europe/Berlin',
    },
  })
}

/** Makes the demo laboratory through the API, as a person would; what is there already stays as it is. */
export const seedDemoLaboratory = async (admin: Client): Promise<DemoLaboratory> => {
  try {
    await admin.call('createWorkspace', { body: { id: demoWorkspace, name: 'Demo laboratory' } })
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.problem.code !== 'already_exists') throw error
  }
  await seedPeople(admin)
  const agent = await enrol(admin)
  if (agent.isNew) await seedAssets(admin, agent.id)
  return { workspaceId: demoWorkspace, thingName: agent.thingName }
}
