/**
 * The one AWS endpoint: an HTTP server to which every SDK client of every function is pointed by AWS_ENDPOINT_URL.
 * The credential of a request says who calls (access key id = logical id) and which service is meant. Signatures are not
 * verified: there is no secret to protect on a laptop, and the server listens on the loopback address only.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Principals } from './authorise.ts'
import { CallerDied, type Dispatch } from './dispatch.ts'
import { rawOf, type Service, ServiceError, type WireRequest } from './service.ts'

export type Endpoint = { readonly url: string; close(): Promise<void> }

export type EndpointParts = {
  readonly port: number
  readonly services: readonly Service[]
  readonly principals: Principals
  readonly dispatch: Dispatch
  readonly log: (line: string) => void
}

/** In a header, or, where the request is a signed link, in its query. */
const scopeOf = (
  headers: IncomingMessage['headers'],
  query: URLSearchParams,
): { accessKeyId: string; signingName: string } => {
  const [, accessKeyId, signingName] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(
      headers.authorization ?? `Credential=${query.get('X-Amz-Credential') ?? ''}`,
    ) ?? []
  if (!accessKeyId || !signingName)
    throw new ServiceError('MissingAuthenticationToken', 'The request carries no SigV4 Authorization header.', 403)
  return { accessKeyId, signingName }
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const wireOf = async (request: IncomingMessage): Promise<WireRequest> => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: await bodyOf(request),
  }
}

const answer = (response: ServerResponse, status: number, body: Record<string, unknown>, errorType?: string): void => {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': crypto.randomUUID(),
    ...(errorType && { 'x-amzn-errortype': errorType }),
  })
  response.end(text)
}

/** Starts the endpoint on the loopback address. Rejects where the port is taken. */
export const startEndpoint = async ({
  port,
  services,
  principals,
  dispatch,
  log,
}: EndpointParts): Promise<Endpoint> => {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let what = `${request.method} ${request.url}`
    try {
      const wire = await wireOf(request)
      const { accessKeyId, signingName } = scopeOf(request.headers, wire.query)
      const service = services.find((candidate) => candidate.signingName === signingName)
      if (!service)
        throw new ServiceError('UnknownOperationException', `The laptop cloud has no service "${signingName}".`, 404)
      const caller = principals.byAccessKey(accessKeyId)
      const call = service.read(wire)
      what = `${caller.name} ${signingName}:${call.operation}`
      const given = await dispatch(caller, service, call)
      const plain = rawOf(given)
      if (plain) response.writeHead(plain.status, plain.headers).end(plain.body)
      else answer(response, 200, given)
    } catch (error) {
      if (error instanceof CallerDied) {
        log(error.message)
        response.destroy()
      } else if (error instanceof ServiceError) {
        if (error.name === 'AccessDeniedException') log(`AccessDenied: ${error.message}`)
        answer(
          response,
          error.status,
          { __type: error.name, message: error.message, Message: error.message, ...error.body },
          error.name,
        )
      } else {
        log(`${what} failed in the laptop cloud itself: ${(error as Error).stack}`)
        answer(
          response,
          500,
          { __type: 'InternalServerError', message: (error as Error).message },
          'InternalServerError',
        )
      }
    }
  }
  const server = createServer((request, response) => void handle(request, response))
  // SDK clients keep connections open; a server that closes them first makes a client fail in the middle of a request.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
