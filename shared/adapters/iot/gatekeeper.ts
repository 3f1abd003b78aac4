import { X509Certificate } from 'node:crypto'
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  DescribeEndpointCommand,
  type IoTClient,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot'
import type { Gatekeeper } from '#application/world.ts'
import { agentPolicyName } from '#contracts/agents/topics.ts'
import { Refusal } from '#domain/errors.ts'
import { instantOf } from '#domain/time.ts'

const port = 8883
const statuses = { active: 'ACTIVE', inactive: 'INACTIVE', revoked: 'REVOKED' } as const

/** What AWS IoT says, in our words; whatever it does not blame on the request may be tried again. */
const told = (error: unknown, doing: string): Refusal => {
  const { name = '', message = '' } = error as Error
  return name === 'InvalidRequestException'
    ? new Refusal('invalid', `AWS IoT does not take it: ${message}`, {
        reasons: [{ code: 'not-signable', message, path: '/request' }],
      })
    : new Refusal('unavailable', `AWS IoT could not ${doing} (${name}). Trying again is safe.`)
}

/** Certificates by AWS IoT Core: signed by its own authority, attached to one thing exclusively and to the policy of agents. */
export const createGatekeeper = (client: () => IoTClient, stage: string): Gatekeeper => {
  const ask = async <T>(doing: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      throw told(error, doing)
    }
  }
  const mark: Gatekeeper['mark'] = async (certificateId, status) => {
    const command = new UpdateCertificateCommand({ certificateId, newStatus: statuses[status] })
    await ask('change the certificate', () => client().send(command))
  }
  return {
    sign: (request) =>
      ask('sign the certificate', async () => {
        const command = new CreateCertificateFromCsrCommand({ certificateSigningRequest: request, setAsActive: false })
        const {
          certificateId: id = '',
          certificateArn: principal = '',
          certificatePem: pem = '',
        } = await client().send(command)
        return { id, pem, principal, endsAt: instantOf(new X509Certificate(pem).validToDate.getTime()) }
      }),
    admit: async (thingName, { id, principal }) => {
      await ask('let the agent in', async () => {
        await client().send(new CreateThingCommand({ thingName }))
        await client().send(new AttachPolicyCommand({ policyName: agentPolicyName(stage), target: principal }))
        const attach = { thingName, principal, thingPrincipalType: 'EXCLUSIVE_THING' } as const
        await client().send(new AttachThingPrincipalCommand(attach))
      })
      await mark(id, 'active')
    },
    mark,
    door: async () => {
      const command = new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' })
      const { endpointAddress = '' } = await ask('tell its address', () => client().send(command))
      // AWS answers a host alone; who answers for it on a laptop listens elsewhere.
      return { broker: `mqtts://${endpointAddress}${endpointAddress.includes(':') ? '' : `:${port}`}`, stage }
    },
  }
}
