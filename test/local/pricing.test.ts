import { expect, test } from 'vitest'
import { createGrantLog } from '#local/endpoint/authorise.ts'
import { createMeter } from '#local/endpoint/meter.ts'
import { costOf, prices } from '#local/pricing.ts'

test('usage costs what the price table says', () => {
  const meter = createMeter(createGrantLog())
  meter.count('transitions', 5)
  meter.count('writeUnits', 20)
  meter.count('readUnits', 8)
  meter.count('lambdaInvocations', 3)
  meter.count('lambdaGbSeconds', 0.1)
  const { totalUsd, byService } = costOf(meter.snapshot())
  expect(byService.stepFunctions).toBeCloseTo(0.000125, 12)
  expect(byService.dynamoDb).toBeCloseTo(0.0000135, 12)
  expect(byService.lambda).toBeCloseTo(0.0000006 + 0.00000133334, 12)
  expect(totalUsd).toBeCloseTo(0.000125 + 0.0000135 + 0.00000193334, 12)
})

test('the price table says when and where it is valid', () => {
  expect(Number.isNaN(Date.parse(prices.asOf))).toBe(false)
  expect(prices.region).toBe('us-east-1')
})
