import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Files } from '#application/world.ts'
import { Refusal } from '#domain/errors.ts'

const linkSeconds = 15 * 60

const encoded = (key: string): string => key.split('/').map(encodeURIComponent).join('/')

type Request = Parameters<SignatureV4['presign']>[0]

const urlOf = ({ protocol, hostname, port, path, query = {} }: Request): string => {
  const search = new URLSearchParams(query as Record<string, string>).toString().replaceAll('+', '%20')
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}?${search}`
}

/** Files in a bucket, by links that are signed for one request and a quarter of an hour; the SDK of S3 is not needed for that. */
export const createFiles = (bucket: string, env: NodeJS.ProcessEnv): Files => {
  const region = env.AWS_REGION ?? 'us-east-1'
  const signer = new SignatureV4({
    service: 's3',
    region,
    // S3 takes paths as they are.
    uriEscapePath: false,
    sha256: Hash.bind(undefined, 'sha256'),
    credentials: async () => ({
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      ...(env.AWS_SESSION_TOKEN !== undefined && { sessionToken: env.AWS_SESSION_TOKEN }),
    }),
  })
  const requestFor = (
    method: string,
    key: string,
    more: { headers?: Record<string, string>; query?: Record<string, string> } = {},
  ): Request => {
    const endpoint = env.AWS_ENDPOINT_URL
    const base = endpoint ? new URL(endpoint) : new URL(`https://${bucket}.s3.${region}.amazonaws.com`)
    return {
      method,
      protocol: base.protocol,
      hostname: base.hostname,
      ...(base.port !== '' && { port: Number(base.port) }),
      path: endpoint ? `/${bucket}/${encoded(key)}` : `/${encoded(key)}`,
      query: more.query ?? {},
      headers: { host: base.host, ...more.headers },
    }
  }
  const link = async (request: Request, signed: readonly string[] = []): Promise<string> =>
    urlOf(
      await signer.presign(request, {
        expiresIn: linkSeconds,
        signableHeaders: new Set(['host', ...signed]),
        unhoistableHeaders: new Set(signed),
      }),
    )
  const ask = async (method: 'PUT' | 'DELETE', key: string, body?: string): Promise<void> => {
    const url = await link(requestFor(method, key))
    const response = await fetch(url, {
      method,
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(20_000),
    })
    if (!response.ok)
      throw new Refusal(
        'unavailable',
        `The bucket answered ${response.status} to ${method} ${key}. Trying again is safe.`,
      )
  }
  return {
    uploadLink: async (key, bytes) => {
      const headers = { 'content-length': String(bytes), 'content-type': 'application/octet-stream' }
      return { url: await link(requestFor('PUT', key, { headers }), Object.keys(headers)), headers }
    },
    downloadLink: (key, name) =>
      // Shown by no browser in the name of the bucket, whatever is in it.
      link(
        requestFor('GET', key, {
          query: { 'response-content-disposition': `attachment; filename="${name.replaceAll('"', '')}"` },
        }),
      ),
    put: (key, text) => ask('PUT', key, text),
    remove: (key) => ask('DELETE', key),
  }
}
