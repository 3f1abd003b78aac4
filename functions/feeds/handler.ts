import { createCore } from '#adapters/aws-world.ts'
import { systemSecrets } from '#adapters/system/secrets.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { feedFunction } from './feed-function.ts'

/**
 * Calendars behind secret addresses, open to everybody who has one. A function of its own, because it is asked without a token;
 * it may read the table and nothing else.
 */
export const handler = feedFunction({ ...createCore(readEnvironment('feeds').TABLE_NAME), secrets: systemSecrets })
