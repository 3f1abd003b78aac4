import type { SentMail } from '../services/mail/mail.ts'
import { html, page } from './page.ts'

/** What would have been mailed, newest first. Mails are shown in frames of their own, which may run nothing. */
export const outboxPage = (mails: readonly SentMail[]) => {
  const items = mails
    .map(
      ({ sentAt, sender, recipient, subject, text, html: body }) => `<article>
<h2>${html(subject)}</h2>
<p>To <strong>${html(recipient)}</strong>, from ${html(sender)}, <time datetime="${new Date(sentAt).toISOString()}">${new Date(sentAt).toISOString()}</time> (UTC)</p>
<iframe sandbox title="${html(subject)}" srcdoc="${html(body)}"></iframe>
<details><summary>As plain text</summary><pre>${html(text)}</pre></details>
</article>`,
    )
    .join('\n')
  return page({
    title: `Outbox (${mails.length})`,
    width: '52rem',
    css: `article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
h2 { font-size: 1.1rem; margin: 0; }
iframe { width: 100%; height: 14rem; border: 0; background: #fff; border-radius: .25rem; }
pre { white-space: pre-wrap; }`,
    main: `<h1>Outbox</h1>
<p>Mail that this Benchtime would have sent; nothing leaves this machine. Reload to see what is new. <a href="/">Back</a></p>
${items || '<p>Nothing has been sent yet. Make a contact with POST …/contacts, and its code arrives here.</p>'}`,
  })
}
