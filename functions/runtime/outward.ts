import { SESv2Client } from '@aws-sdk/client-sesv2'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createMail } from '#adapters/mail/ses.ts'
import { createHooks } from '#adapters/webhooks/hooks.ts'
import type { Clock, Hooks, Mail } from '#application/world.ts'

const ses = lazily(() => new SESv2Client(clientDefaults))

/** Ways to reach people outside; only what uses them brings them along. */
export const openMail = (from: string): Mail => createMail(ses, from)
export const openHooks = (clock: Clock, reach: 'public' | 'anywhere'): Hooks => createHooks(clock, reach === 'anywhere')
