import { openApiDocument } from '#contracts/http/openapi.ts'

/** `npm run openapi`: the document that the API serves at /v1/openapi.json. */
console.log(JSON.stringify(openApiDocument(), null, 2))
