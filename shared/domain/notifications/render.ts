import { localTime } from '../zone.ts'
import type { Locale } from './contact.ts'
import type { DeliveredNews } from './delivery.ts'
import { de } from './texts/de.ts'
import { en } from './texts/en.ts'
import type { Texts } from './texts/texts.ts'

const languages: { readonly [L in Locale]: Texts } = { en, de }

export type Message = { readonly subject: string; readonly text: string; readonly html: string }

type Reader = {
  readonly locale: Locale
  readonly timeZone: string
  readonly contact: string
  readonly workspace: string
}

const filled = (template: string, facts: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? '')

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`)

/** A subject is one line; what a person wrote into a note cannot add a header to a mail. */
const oneLine = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 200)

const colours = { info: '#2563eb', warning: '#b45309', error: '#b91c1c' } as const

const page = (title: string, parts: readonly string[], footer: string): string =>
  `<!doctype html><html><body style="font:16px/1.5 system-ui,sans-serif;color:#1f2937;margin:0;padding:24px">` +
  `<h1 style="font-size:18px;margin:0 0 12px">${escaped(title)}</h1>${parts.join('')}` +
  `<p style="font-size:13px;color:#6b7280;border-top:1px solid #e5e7eb;padding-top:12px">${escaped(footer)}</p></body></html>`

const paragraph = ({ severity }: DeliveredNews, title: string | undefined, body: string): string =>
  `<div style="border-left:4px solid ${colours[severity]};padding-left:12px;margin:0 0 16px">${
    title === undefined ? '' : `<strong>${escaped(title)}</strong><br>`
  }${escaped(body).replaceAll('\n', '<br>')}</div>`

/** What one reader is told of some news, in words: one message for all of it. */
export const render = (news: readonly DeliveredNews[], reader: Reader): Message => {
  const texts = languages[reader.locale]
  const said = news.map((one) => {
    const facts = {
      ...one.facts,
      workspace: reader.workspace,
      at: `${localTime(reader.timeZone, Date.parse(one.at))} (${reader.timeZone})`,
    }
    const { subject, body } = texts[one.event]
    return { one, subject: oneLine(filled(subject, facts)), body: filled(body, facts).trim() }
  })
  const footer = filled(texts.footer, { workspace: reader.workspace, contact: reader.contact })
  const [first] = said
  if (said.length === 1 && first) {
    const subject = `[${oneLine(reader.workspace)}] ${first.subject}`
    return {
      subject,
      text: `${first.body}\n\n-- \n${footer}\n`,
      html: page(first.subject, [paragraph(first.one, undefined, first.body)], footer),
    }
  }
  const title = oneLine(filled(texts.digest.subject, { count: String(said.length), workspace: reader.workspace }))
  return {
    subject: title,
    text: `${said.map(({ subject, body }) => `* ${subject}\n${body}`).join('\n\n')}\n\n-- \n${footer}\n`,
    html: page(
      title,
      said.map(({ one, subject, body }) => paragraph(one, subject, body)),
      footer,
    ),
  }
}
