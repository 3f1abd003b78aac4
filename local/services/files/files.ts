/** Amazon S3, as far as the product uses it: objects by links, kept as files below the data directory. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { raw, type Service, ServiceError } from '../../endpoint/service.ts'

const operations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
}

const expired = (query: URLSearchParams): boolean => {
  const signed = query.get('X-Amz-Date')
  if (!signed) return false
  const at = Date.parse(signed.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  return Date.now() > at + 1000 * Number(query.get('X-Amz-Expires') ?? 0)
}

export const createFileService = (dataDir: string, buckets: readonly string[]): Service => {
  const home = join(dataDir, 'files')
  const pathOf = (bucket: string, key: string): string => {
    const path = normalize(join(home, bucket, key))
    if (!path.startsWith(join(home, bucket)))
      throw new ServiceError('AccessDenied', 'The key leads out of the bucket.', 403)
    return path
  }
  return {
    signingName: 's3',
    throttle: 'SlowDown',
    read: ({ method, path, query, headers, body }) => {
      const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
      const operation = operations[method]
      if (!operation || !buckets.includes(bucket))
        throw new ServiceError('NoSuchBucket', `There is no bucket ${bucket} here, or it takes no ${method}.`, 404)
      if (expired(query)) throw new ServiceError('AccessDenied', 'Request has expired', 403)
      const length = query.get('X-Amz-SignedHeaders')?.includes('content-length')
        ? Number(headers['content-length'])
        : undefined
      if (length !== undefined && length !== body.length)
        throw new ServiceError('BadDigest', 'Another length than was signed.')
      return { operation, input: { bucket, key: rest.join('/'), body, as: query.get('response-content-disposition') } }
    },
    permissions: ({ operation, input }) => [
      { action: `s3:${operation}`, resource: `arn:aws:s3:::${String(input.bucket)}/${String(input.key)}` },
    ],
    handle: async ({ operation, input }) => {
      const path = pathOf(String(input.bucket), String(input.key))
      switch (operation) {
        case 'PutObject':
          mkdirSync(dirname(path), { recursive: true })
          writeFileSync(`${path}.new`, input.body as Buffer)
          renameSync(`${path}.new`, path)
          return raw(200, {}, '')
        case 'DeleteObject':
          rmSync(path, { force: true })
          return raw(204, {}, '')
        default:
          try {
            const headers = {
              'content-type': 'application/octet-stream',
              'content-disposition': String(input.as ?? 'attachment'),
            }
            return raw(200, headers, readFileSync(path))
          } catch {
            throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404)
          }
      }
    },
  }
}
