/** Amazon SES, as far as the product sends mail: nothing leaves the machine, everything can be read in the outbox. */
import { randomUUID } from 'node:crypto'
import { parseBody, type Service, ServiceError } from '../../endpoint/service.ts'
import { account, region } from '../../template/names.ts'
import type { Database } from '../database.ts'

const schema = `
CREATE TABLE IF NOT EXISTS mails (
  id TEXT PRIMARY KEY, sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL,
  sentAt INTEGER NOT NULL
) STRICT;`

export type SentMail = {
  readonly id: string
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
}

export type Outbox = { all(): readonly SentMail[] }

type Part = { Data?: string }
type SendEmail = {
  FromEmailAddress?: string
  Destination?: { ToAddresses?: string[] }
  Content?: { Simple?: { Subject?: Part; Body?: { Text?: Part; Html?: Part } } }
}

export const createMailService = (database: Database): { readonly service: Service; readonly outbox: Outbox } => {
  database.exec(schema)
  const insert = database.prepare(
    'INSERT INTO mails (id, sender, recipient, subject, text, html, sentAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const select = database.prepare('SELECT * FROM mails ORDER BY sentAt DESC LIMIT 500')
  const service: Service = {
    signingName: 'ses',
    throttle: 'TooManyRequestsException',
    read: ({ method, path, body }) => {
      if (method !== 'POST' || path !== '/v2/email/outbound-emails')
        throw new ServiceError('NotFoundException', `SES on a laptop has no ${method} ${path}.`, 404)
      return { operation: 'SendEmail', input: parseBody(body) }
    },
    permissions: ({ input }) => {
      const sender = String((input as SendEmail).FromEmailAddress ?? '')
      const resource = `arn:aws:ses:${region}:${account}:identity/${sender}`
      return [{ action: 'ses:SendEmail', resource, context: { 'ses:FromAddress': sender } }]
    },
    handle: async ({ input }) => {
      const { FromEmailAddress: sender = '', Destination, Content } = input as SendEmail
      const { Subject, Body } = Content?.Simple ?? {}
      const [recipient] = Destination?.ToAddresses ?? []
      if (!recipient || !Subject?.Data)
        throw new ServiceError('BadRequestException', 'A recipient and a subject are needed.')
      const id = randomUUID()
      insert.run(id, sender, recipient, Subject.Data, Body?.Text?.Data ?? '', Body?.Html?.Data ?? '', Date.now())
      return { MessageId: id }
    },
  }
  return { service, outbox: { all: () => select.all() as SentMail[] } }
}
