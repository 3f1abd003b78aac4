import type { Connector } from '#domain/proposals/connector.ts'
import { isFinalStatus, type Outcome } from '#domain/proposals/submission.ts'
import { Answered } from '../common/answered.ts'
import { Undeliverable } from '../notifications/undeliverable.ts'
import type { World } from '../world.ts'
import type { Submitter } from './submitters.ts'

const mostTold = 300

/** What an answer of success says: nothing, or an object in JSON that may name what was made of it. */
const read = (answer: string): Outcome => {
  if (answer.trim() === '') return { kind: 'taken' }
  const garbage: Outcome = { kind: 'again', message: `It answered with no JSON object: ${answer.slice(0, 100)}` }
  try {
    const said = JSON.parse(answer) as { readonly reference?: unknown } | null
    if (typeof said !== 'object' || said === null || Array.isArray(said)) return garbage
    return { kind: 'taken', ...(typeof said.reference === 'string' && { reference: said.reference.slice(0, 200) }) }
  } catch {
    return garbage
  }
}

const told = ({ message, body }: Answered): string => `${message}${body.trim() && ` ${body.trim().slice(0, mostTold)}`}`

/** Sends what is to be submitted to the address of a connector, signed. */
export const webhookSubmitter = ({ url, secret }: Connector, { hooks }: Pick<World, 'hooks'>): Submitter => ({
  submit: async (submission) => {
    const refusal = hooks.refusal(url)
    if (refusal !== undefined) return { kind: 'refused', message: `Nothing is sent to this address: ${refusal}.` }
    try {
      return read(await hooks.post(url, secret, submission.id, submission))
    } catch (error) {
      if (error instanceof Answered)
        return { kind: isFinalStatus(error.status) ? 'refused' : 'again', message: told(error) }
      const message = (error instanceof Error ? error.message : String(error)).slice(0, mostTold)
      return { kind: error instanceof Undeliverable ? 'refused' : 'again', message }
    }
  },
})
