import { beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '#domain/errors.ts'
import { send } from './call.ts'
import { certificateRequest, type Furnished, furnish, successOf } from './furnished.ts'
import { stored } from './laboratory.ts'

let lab: Furnished['lab']
let things: Furnished['things']
beforeEach(async () => {
  ;({ lab, things } = await furnish())
})

const issue = () => send(lab, successOf('issueCertificate', things))
const statuses = () => [...lab.certificates.values()].map(({ status }) => status)
const change = (status: 'enrolled' | 'disabled') =>
  send(lab, { ...successOf('changeAgent', things), headers: { 'if-match': '*' }, body: { status } })
const inForce = async (): Promise<string[]> => {
  const { body } = await send(lab, successOf('getAgent', things))
  return (body.certificates ?? []).map(({ id }: { id: string }) => id)
}

describe('certificates of an agent', () => {
  test('a new one lets in this agent alone, and is told with where to connect', async () => {
    const { body } = await issue()
    expect(body).toMatchObject({
      pem: expect.stringContaining(body.id),
      thingName: `ws_lab:${things.agentId}`,
      broker: 'mqtts://broker.test:8883',
      stage: 'test',
    })
    expect(lab.certificates.get(body.id)).toEqual({ status: 'active', thing: `ws_lab:${things.agentId}` })
    expect(await inForce()).toEqual([things.certificateId, body.id])
    const { body: history } = await send(lab, {
      ...successOf('listAudit', things),
      query: { subject: things.agentId ?? '' },
    })
    expect(history.items.map(({ action }: { action: string }) => action)).toContain('agent.certificate-issued')
    expect(JSON.stringify(history)).not.toContain(body.pem)
  })

  test('a fourth is refused until one is revoked; a revoked one comes back by nothing', async () => {
    await issue()
    await issue()
    const before = stored(lab)
    expect((await issue()).body).toMatchObject({ status: 422, code: 'limit_exceeded' })
    expect(stored(lab)).toBe(before)
    expect((await send(lab, successOf('revokeCertificate', things))).status).toBe(204)
    expect(await inForce()).not.toContain(things.certificateId)
    await change('disabled')
    await change('enrolled')
    expect(statuses().toSorted()).toEqual(['active', 'active', 'revoked'])
    expect((await issue()).status).toBe(201)
    // Whoever asks again is told that it is not there any more, and nothing else happens.
    expect((await send(lab, successOf('revokeCertificate', things))).status).toBe(404)
  })

  test('a disabled agent is let in by none of them and gets no new one; enabled, it is let in again', async () => {
    await issue()
    await change('disabled')
    expect(statuses()).toEqual(['inactive', 'inactive'])
    expect((await issue()).body).toMatchObject({ status: 409, code: 'invalid_state' })
    await change('enrolled')
    expect(statuses()).toEqual(['active', 'active'])
  })

  test('a broker that does not answer leaves the agent disabled; asking again tells the broker', async () => {
    const { mark } = lab.world.gatekeeper
    lab.world.gatekeeper.mark = async () => {
      throw new Refusal('unavailable', 'AWS IoT could not change the certificate. Trying again is safe.')
    }
    expect((await change('disabled')).status).toBe(503)
    expect((await send(lab, successOf('getAgent', things))).body.status).toBe('disabled')
    lab.world.gatekeeper.mark = mark
    expect((await change('disabled')).status).toBe(200)
    expect(statuses()).toEqual(['inactive'])
  })

  test('what dies between writing it down and letting it in leaves a certificate that opens nothing', async () => {
    lab.world.gatekeeper.admit = async () => {
      throw new Refusal('unavailable', 'AWS IoT could not let the agent in. Trying again is safe.')
    }
    expect((await issue()).status).toBe(503)
    expect(statuses()).toEqual(['active', 'inactive'])
    // It is listed, so a person can revoke it.
    expect(await inForce()).toHaveLength(2)
  })

  test.each(['disabled', 'revoked'] as const)('%s while it is being let in: it is out in the end', async (how) => {
    const { admit } = lab.world.gatekeeper
    lab.world.gatekeeper.admit = async (thing, certificate) => {
      if (how === 'disabled') await change('disabled')
      else await send(lab, successOf('revokeCertificate', { ...things, certificateId: certificate.id }))
      await admit(thing, certificate)
    }
    const { body } = await issue()
    expect(lab.certificates.get(body.id)?.status).toBe(how === 'disabled' ? 'inactive' : 'revoked')
  })

  test.each([
    certificateRequest.replace('REQUEST', 'REPLY'),
    'no request',
    `${certificateRequest}${certificateRequest}`,
    certificateRequest.replace('MIH=', 'unsignable'),
    `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(9_000)}\n-----END CERTIFICATE REQUEST-----`,
  ])('no request is %j', async (request) => {
    const before = stored(lab)
    expect((await send(lab, { ...successOf('issueCertificate', things), body: { request } })).status).toBe(422)
    expect(stored(lab)).toBe(before)
  })
})
