import type { SentMail } from '../services/mail/mail.ts'

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

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
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox (${mails.length})</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
h2 { font-size: 1.1rem; margin: 0; }
iframe { width: 100%; height: 14rem; border: 0; background: #fff; border-radius: .25rem; }
pre { white-space: pre-wrap; }
</style>
</head>
<body>
<main>
<h1>Outbox</h1>
<p>Mail that this Benchtime would have sent; nothing leaves this machine. Reload to see what is new. <a href="/">Back</a></p>
${items || '<p>Nothing has been sent yet. Make a contact with POST …/contacts, and its code arrives here.</p>'}
</main>
</body>
</html>
`
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}
