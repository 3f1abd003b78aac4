import { IoTClient } from '@aws-sdk/client-iot'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createGatekeeper } from '#adapters/iot/gatekeeper.ts'
import type { Gatekeeper } from '#application/world.ts'

/** Apart from the other ports: its client is bundled by the one function that may use it. */
export const openGatekeeper = (stage: string): Gatekeeper =>
  createGatekeeper(
    lazily(() => new IoTClient(clientDefaults)),
    stage,
  )
