/**
 * List prices in US dollars, region us-east-1, as published in November 2026, without free tiers, volume discounts, data
 * transfer, storage and logs. The one place where money is written down.
 */
import type { MeterSnapshot } from './cloud-controls.ts'

export const prices = {
  asOf: '2026-11-20',
  region: 'us-east-1',
  /** Standard workflows. https://aws.amazon.com/step-functions/pricing/ */
  stateTransition: 0.025 / 1_000,
  /** On-demand, standard table class. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: 0.625 / 1_000_000,
  readUnit: 0.125 / 1_000_000,
  /** arm64. https://aws.amazon.com/lambda/pricing/ */
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGbSecond: 0.0000133334,
  /** Per 5 KB. https://aws.amazon.com/iot-core/pricing/ */
  iotMessage: 1 / 1_000_000,
  iotRule: 0.15 / 1_000_000,
  iotAction: 0.15 / 1_000_000,
  /** https://aws.amazon.com/eventbridge/pricing/ */
  schedulerInvocation: 1 / 1_000_000,
  /** HTTP API, per 512 KB. https://aws.amazon.com/api-gateway/pricing/ */
  httpRequest: 1 / 1_000_000,
} as const

export type Cost = {
  /** US dollars. */
  readonly totalUsd: number
  readonly byService: Readonly<
    Record<'stepFunctions' | 'dynamoDb' | 'lambda' | 'iot' | 'scheduler' | 'httpApi', number>
  >
}

/** What the counted usage costs at list prices. */
export const costOf = (usage: MeterSnapshot): Cost => {
  const byService = {
    stepFunctions: usage.transitions * prices.stateTransition,
    dynamoDb: usage.writeUnits * prices.writeUnit + usage.readUnits * prices.readUnit,
    lambda: usage.lambdaInvocations * prices.lambdaRequest + usage.lambdaGbSeconds * prices.lambdaGbSecond,
    iot: usage.iotMessages * prices.iotMessage + usage.iotRules * prices.iotRule + usage.iotActions * prices.iotAction,
    scheduler: usage.schedulerInvocations * prices.schedulerInvocation,
    httpApi: usage.httpRequests * prices.httpRequest,
  }
  return { totalUsd: Object.values(byService).reduce((sum, each) => sum + each, 0), byService }
}
