import type { Agent } from '#domain/agents/agent.ts'
import { type AgentCertificate, type CertificateId, maxCertificates } from '#domain/agents/certificate.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { changeDocument } from '../common/change-document.ts'
import type { World } from '../world.ts'

type Enrolling = Pick<World, 'store' | 'clock' | 'ids' | 'gatekeeper'>
type Of = { readonly workspaceId: WorkspaceId; readonly agentId: AgentId; readonly actor: Actor }

export type Issued = AgentCertificate & {
  readonly pem: string
  readonly thingName: string
  readonly broker: string
  readonly stage: string
}

const mayHaveOneMore = (agent: Agent): void => {
  if (agent.status === 'disabled')
    throw new Refusal('invalid_state', 'The agent is disabled. Enable it first: PATCH its status to enrolled.', {
      current: agent,
    })
  if ((agent.certificates ?? []).length >= maxCertificates)
    throw new Refusal(
      'limit_exceeded',
      `The agent has ${maxCertificates} certificates in force. Revoke one that is not used any more, then ask again.`,
    )
}

/**
 * Gives an agent one more certificate. It is written down before it lets anybody in: what dies in between leaves a
 * certificate that opens nothing.
 * @throws Refusal `not_found`, `invalid_state` of a disabled agent, `limit_exceeded`, `invalid` for a request that cannot be
 *   signed, `unavailable`
 */
export const issueCertificate = async (
  { workspaceId, agentId, actor, request }: Of & { readonly request: string },
  world: Enrolling,
): Promise<Issued> => {
  const known = await world.store.get('agent', { workspaceId, id: agentId })
  if (!known) throw notFound('agent', agentId)
  mayHaveOneMore(known)
  const signed = await world.gatekeeper.sign(request)
  const { id, pem, endsAt } = signed
  const certificate = { id, endsAt, issuedAt: instantOf(world.clock.now()), issuedBy: actorName(actor) }
  const agent = await changeDocument(
    'agent',
    {
      workspaceId,
      id: agentId,
      actor,
      version: 'any',
      action: 'agent.certificate-issued',
      change: (current) => {
        mayHaveOneMore(current)
        return { ...current, certificates: [...(current.certificates ?? []), certificate] }
      },
    },
    world,
  )
  await world.gatekeeper.admit(agent.thingName, signed)
  await asItStandsNow(agent, id, world)
  return { ...certificate, pem, thingName: agent.thingName, ...(await world.gatekeeper.door()) }
}

/** Somebody may have disabled the agent or revoked the certificate while it was being let in. */
const asItStandsNow = async (
  { workspaceId, id }: Agent,
  certificateId: CertificateId,
  world: Pick<World, 'store' | 'gatekeeper'>,
): Promise<void> => {
  const agent = await world.store.get('agent', { workspaceId, id })
  if (!agent?.certificates?.some((one) => one.id === certificateId))
    await world.gatekeeper.mark(certificateId, 'revoked')
  else if (agent.status === 'disabled') await world.gatekeeper.mark(certificateId, 'inactive')
}

/**
 * Takes a certificate out of force for good. The broker refuses it before the record says so: what dies in between is done
 * by asking again.
 * @throws Refusal `not_found`, `unavailable`
 */
export const revokeCertificate = async (
  { workspaceId, agentId, actor, certificateId }: Of & { readonly certificateId: CertificateId },
  world: Enrolling,
): Promise<void> => {
  const known = await world.store.get('agent', { workspaceId, id: agentId })
  if (!known) throw notFound('agent', agentId)
  if (!known.certificates?.some(({ id }) => id === certificateId)) throw notFound('certificate', certificateId)
  await world.gatekeeper.mark(certificateId, 'revoked')
  await changeDocument(
    'agent',
    {
      workspaceId,
      id: agentId,
      actor,
      version: 'any',
      action: 'agent.certificate-revoked',
      change: (current) => {
        const { certificates = [], ...rest } = current
        const left = certificates.filter(({ id }) => id !== certificateId)
        if (left.length === certificates.length) return current
        return left.length > 0 ? { ...rest, certificates: left } : rest
      },
    },
    world,
  )
}

/**
 * Lets an agent in by its certificates, or not, as its status says; looks again, because somebody may revoke one meanwhile.
 * Twice is harmless. @throws Refusal `unavailable`
 */
export const settleCertificates = async (agent: Agent, world: Pick<World, 'store' | 'gatekeeper'>): Promise<void> => {
  for (const { id } of agent.certificates ?? []) {
    await world.gatekeeper.mark(id, agent.status === 'disabled' ? 'inactive' : 'active')
    await asItStandsNow(agent, id, world)
  }
}
