/** Speaks to the engine: one keep-alive agent, AWS JSON 1.0. */
import { Agent, request } from 'node:http'
import { ServiceError } from '../../endpoint/service.ts'

export type EngineCall = (operation: string, input: unknown) => Promise<Record<string, unknown>>

/** Operations of the API of streams, which the same engine answers. */
const ofStreams = new Set(['DescribeStream', 'GetShardIterator', 'GetRecords'])

/** Engines want to see a signature, and none of them verifies it. */
const signature = {
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
}

type EngineError = { __type?: string; message?: string; Message?: string }

const errorOf = (status: number, body: EngineError & Record<string, unknown>): ServiceError => {
  const { __type = 'InternalServerError', message, Message, ...more } = body
  return new ServiceError(__type.slice(__type.lastIndexOf('#') + 1), message ?? Message ?? '', status, more)
}

/** Answers of the engine that are errors are thrown as ServiceError; an engine that is gone as InternalServerError, which SDKs retry. */
export const createEngineCall = (url: string): EngineCall & { close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const call: EngineCall = (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input)
      const sent = request(
        url,
        {
          agent,
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': `${ofStreams.has(operation) ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${operation}`,
            ...signature,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            try {
              const parsed = JSON.parse(text || '{}') as Record<string, unknown>
              const status = response.statusCode ?? 500
              if (status === 200) resolve(parsed)
              else reject(errorOf(status, parsed))
            } catch {
              reject(
                new ServiceError(
                  'InternalServerError',
                  `The DynamoDB engine answered what is not JSON: ${text.slice(0, 200)}`,
                  500,
                ),
              )
            }
          })
        },
      )
      sent.on('error', (error) =>
        reject(new ServiceError('InternalServerError', `The DynamoDB engine did not answer: ${error.message}`, 500)),
      )
      sent.end(body)
    })
  return Object.assign(call, { close: () => agent.destroy() })
}
