import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

const metrics = new Metrics({ namespace: 'Benchtime', serviceName: 'benchtime' })

/** Counts a failure that is nobody's fault but ours, by function; alarms watch it. Written to the log, so it costs no call. */
export const countFailure = (name: string): void => {
  metrics.singleMetric().addDimension('function', name).addMetric('Failures', MetricUnit.Count, 1)
}
