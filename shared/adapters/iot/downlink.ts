import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane'
import type { AgentLink } from '#application/world.ts'
import type { Downlink } from '#contracts/agents/messages.ts'
import { downlinkTopic } from '#contracts/agents/topics.ts'
import { thingNameOf } from '#domain/agents/agent.ts'

export type Send = (thing: string, message: Downlink) => Promise<void>

/** Publishes to an agent's one downlink topic, at least once. */
export const createSend =
  (client: () => IoTDataPlaneClient): Send =>
  async (thing, message) => {
    const payload = new TextEncoder().encode(JSON.stringify(message))
    await client().send(new PublishCommand({ topic: downlinkTopic(thing), qos: 1, payload }))
  }

/** The doorbell: a wake that cannot be sent is reported and forgotten, because the agent polls anyway. */
export const createAgentLink = (send: Send, report: (message: string, facts: object) => void): AgentLink => ({
  wake: async (workspaceId, agentId) => {
    try {
      await send(thingNameOf(workspaceId, agentId), { type: 'wake' })
    } catch (error) {
      report('An agent could not be woken; it finds its command at its next poll.', {
        workspaceId,
        agentId,
        error: String(error),
      })
    }
  },
})
