import { SFNClient } from '@aws-sdk/client-sfn'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'

export const stepFunctions = lazily(() => new SFNClient(clientDefaults))
