import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { Undeliverable } from '#application/notifications/undeliverable.ts'
import type { Mail } from '#application/world.ts'

/** Errors of SES that trying again does not mend. */
const forGood = new Set(['MessageRejected', 'BadRequestException', 'MailFromDomainNotVerifiedException'])

/** Mail by Amazon SES. `from`: an identity that SES has verified; without one nothing is sent. */
export const createMail = (client: () => SESv2Client, from: string): Mail => ({
  send: async (to, { subject, text, html }) => {
    if (from === '')
      throw new Undeliverable(
        'This installation has no sender for mail. Deploy it with --context mailFrom=address, where SES has verified the address.',
      )
    const utf8 = (data: string) => ({ Data: data, Charset: 'UTF-8' })
    try {
      await client().send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
        }),
      )
    } catch (error) {
      const { name, message } = error as Error
      throw forGood.has(name) ? new Undeliverable(`SES refused it: ${message}`) : error
    }
  },
})
