import type { Connector } from '#domain/proposals/connector.ts'
import type { Outcome, Submission } from '#domain/proposals/submission.ts'
import type { World } from '../world.ts'
import { webhookSubmitter } from './webhook-submitter.ts'

/** A way to tell an outside system what was approved. Never throws; the same submission may come again. */
export type Submitter = { submit(submission: Submission): Promise<Outcome> }

/** One way for each kind of connector: whoever adds a kind adds a file, and a line here. */
const submitters: {
  readonly [K in Connector['kind']]: (connector: Connector, world: Pick<World, 'hooks'>) => Submitter
} = { webhook: webhookSubmitter }

export const submitterOf = (connector: Connector, world: Pick<World, 'hooks'>): Submitter =>
  submitters[connector.kind](connector, world)
