import middy from '@middy/core'
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { Refusal } from '#domain/errors.ts'
import { log } from './log.ts'
import { failureResponse, refusalResponse } from './problem-response.ts'

export type HttpEvent = APIGatewayProxyEventV2WithJWTAuthorizer
export type HttpResult = APIGatewayProxyStructuredResultV2

/**
 * Wraps a function that the gateway calls. Whatever happens inside, the caller gets an answer: a refusal becomes its problem,
 * any other error is logged once and becomes a problem that tells nothing but a reference. Log lines carry the id of the
 * request and nothing that a person sent.
 */
export const httpFunction = (name: string, answer: (event: HttpEvent) => Promise<HttpResult>) =>
  middy<HttpEvent, HttpResult>()
    .before(({ event }) => {
      log.appendKeys({ function: name, request: event.requestContext.requestId })
    })
    .onError(async (request) => {
      const { error, event } = request
      const reference = event.requestContext.requestId
      if (error instanceof Refusal) {
        request.response = refusalResponse(error, reference)
        return
      }
      log.error('A request failed unexpectedly.', {
        route: event.routeKey,
        error: error ?? new Error('no error given'),
      })
      request.response = failureResponse(reference)
    })
    .handler(answer)
