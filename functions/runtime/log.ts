import { Logger } from '@aws-lambda-powertools/logger'

/** Structured log lines; secrets and bodies of requests are never given to it. */
export const log = new Logger({ serviceName: 'benchtime' })
