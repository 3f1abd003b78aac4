import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createAgentLink, createSend, type Send } from '#adapters/iot/downlink.ts'
import type { AgentLink } from '#application/world.ts'
import { log } from '../log.ts'

const iot = lazily(() => new IoTDataPlaneClient(clientDefaults))

/** What is sent to agents. */
export const openSend = (): Send => createSend(iot)
export const openAgentLink = (): AgentLink =>
  createAgentLink(openSend(), (message, facts) => log.warn(message, { ...facts }))
