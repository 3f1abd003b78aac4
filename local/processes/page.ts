/** Text as it may stand anywhere in a page. */
export const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A page of the laptop for a browser. `main` is HTML, `title` is text. */
export const page = (of: {
  readonly title: string
  readonly width: string
  readonly css: string
  readonly main: string
}) => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(of.title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: ${of.width}; margin: 2rem auto; padding: 0 1rem; }
${of.css}
</style>
</head>
<body>
<main>
${of.main}
</main>
</body>
</html>
`,
})
