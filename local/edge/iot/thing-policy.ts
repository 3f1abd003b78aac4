import type { Template } from '../../cloud-types.ts'
import { evaluate } from '../../endpoint/iam.ts'

export type Doing = 'Connect' | 'Publish' | 'Subscribe' | 'Receive'
const resources = { Connect: 'client', Publish: 'topic', Subscribe: 'topicfilter', Receive: 'topic' } as const

/**
 * Whether IoT policies of the template let a thing do this: those named, or all of them. The thing's name stands in for the
 * policy variable; a client that got in is attached to its thing, because its credential is for that thing alone.
 */
export const createThingPolicy =
  ({ iotPolicies, region, account }: Template) =>
  (thing: string, doing: Doing, name: string, policies?: readonly string[]): boolean =>
    evaluate(
      iotPolicies.filter((policy) => policies?.includes(policy.name) ?? true).flatMap(({ statements }) => statements),
      {
        action: `iot:${doing}`,
        resource: `arn:aws:iot:${region}:${account}:${resources[doing]}/${name}`,
        context: {
          'iot:Connection.Thing.ThingName': thing,
          'iot:Connection.Thing.IsAttached': 'true',
          'iot:ClientId': thing,
        },
      },
    ).allowed
