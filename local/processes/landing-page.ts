import type { Template } from '../cloud-types.ts'
import { html, page } from './page.ts'

/** What a browser shows at the root of the laptop cloud: where things are, and a first command to paste. */
export const landingPage = (template: Template, url: string) => {
  const routes = template.httpApis.flatMap((api) => api.routes).filter(({ routeKey }) => routeKey !== '$default')
  const rows = routes
    .map(({ routeKey, jwt }) => `<tr><td><code>${html(routeKey)}</code></td><td>${jwt ? 'token' : 'public'}</td></tr>`)
    .join('\n')
  return page({
    title: 'Benchtime on this machine',
    width: '60rem',
    css: `pre { padding: 1rem; border: 1px solid; border-radius: .5rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }`,
    main: `<h1>Benchtime on this machine</h1>
<p>The template that <code>cdk deploy</code> would ship is running here, interpreted. Nothing leaves this machine.</p>
<h2>First steps</h2>
<pre>TOKEN=$(npm run -s token -- --as manager)
curl -H "authorization: Bearer $TOKEN" ${html(url)}/v1/workspaces
curl -H "authorization: Bearer $TOKEN" ${html(url)}/v1/workspaces/ws_demo/runs</pre>
<p>Mail that would have been sent is in the <a href="/outbox">outbox</a>.</p>
<p>The API is described at <a href="/v1/openapi.json">/v1/openapi.json</a>.</p>
<h2>Routes</h2>
<table>
<thead><tr><th scope="col">Route</th><th scope="col">Needs</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>`,
  })
}
