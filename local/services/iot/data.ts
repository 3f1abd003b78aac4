/** IoT data plane: Publish. The broker itself is attached from outside (local/edge). */
import type { Meter } from '../../cloud-controls.ts'
import type { IotPort } from '../../cloud-types.ts'
import { type Service, ServiceError } from '../../endpoint/service.ts'
import { account, partition, region } from '../../template/names.ts'

/** Messages are billed in units of 5 KB. */
export const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 5_120))

export const createIotData = (port: () => IotPort | undefined, meter: Meter): Service => ({
  signingName: 'iotdata',
  throttle: 'ThrottlingException',
  read: ({ method, path, body }) => {
    const [, topic] = /^\/topics\/(.+)$/.exec(path) ?? []
    if (method !== 'POST' || !topic)
      throw new ServiceError(
        'UnknownOperationException',
        `The IoT data plane on a laptop has Publish only, not ${method} ${path}.`,
        404,
      )
    return { operation: 'Publish', input: { topic: decodeURIComponent(topic), payload: body } }
  },
  permissions: ({ input }) => [
    { action: 'iot:Publish', resource: `arn:${partition}:iot:${region}:${account}:topic/${input.topic}` },
  ],
  handle: async ({ input }) => {
    const broker = port()
    if (!broker)
      throw new ServiceError('ServiceUnavailableException', 'The broker of the laptop cloud is not up yet.', 503)
    const payload = input.payload as Buffer
    meter.count('iotMessages', unitsOf(payload.length))
    await broker.publish(String(input.topic), payload)
    return {}
  },
})
