/** EventBridge rules of the template: by pattern, and by rate or cron. Their targets are functions. */
import { randomUUID } from 'node:crypto'
import type { EventsControl, InvokeAsService, InvokeResult } from '../../cloud-controls.ts'
import type { EventRuleView, EventTargetView } from '../../cloud-types.ts'
import type { Json, JsonObject } from '../../json.ts'
import { account, region } from '../../template/names.ts'
import { nextFiring, problemOf } from '../scheduler/expression.ts'
import { after, type Timer } from '../timer.ts'
import { checkPattern, patternMatches } from './pattern.ts'

export type EventsParts = {
  readonly rules: readonly EventRuleView[]
  readonly invoke: (call: InvokeAsService) => Promise<InvokeResult>
  readonly deadLetter: (queueArn: string, body: string, attributes: JsonObject) => Promise<void>
  readonly log: (line: string) => void
}

export type Events = EventsControl & { begin(): void; stop(): void }

/** An event as EventBridge puts it into its envelope. */
export const eventOf = (source: string, detailType: string, resources: string[], detail: JsonObject): JsonObject => ({
  version: '0',
  id: randomUUID(),
  'detail-type': detailType,
  source,
  account,
  time: `${new Date().toISOString().slice(0, 19)}Z`,
  region,
  resources,
  detail,
})

export const createEvents = ({ rules, invoke, deadLetter, log }: EventsParts): Events => {
  const timers = new Set<Timer>()
  let running = false

  for (const rule of rules) {
    const problem = rule.scheduleExpression && problemOf(rule.scheduleExpression, 'UTC')
    if (problem) throw new Error(`Event rule ${rule.logicalId}: ${problem}`)
    // An unknown filter must show at the start, not at the first event.
    if (rule.pattern) checkPattern(rule.pattern)
  }

  const deliver = async (rule: EventRuleView, target: EventTargetView, event: JsonObject): Promise<void> => {
    const sent: Json = target.input === undefined ? event : (JSON.parse(target.input) as Json)
    const call = {
      service: 'events.amazonaws.com',
      sourceArn: rule.arn,
      function: target.arn,
      event: sent,
      async: true,
    }
    const result = await invoke(call).catch((error: Error) => ({
      ok: false as const,
      errorType: error.name,
      errorMessage: error.message,
    }))
    if (result.ok) return
    log(`Rule ${rule.logicalId}: ${target.arn} failed for good: ${result.errorType}: ${result.errorMessage}`)
    if (target.deadLetterArn)
      await deadLetter(target.deadLetterArn, JSON.stringify(sent), { ERROR_CODE: result.errorType, RULE_ARN: rule.arn })
  }

  const deliverAll = async (rule: EventRuleView, event: JsonObject): Promise<void> => {
    await Promise.all(rule.targets.map((target) => deliver(rule, target, event)))
  }

  const runScheduled = (rule: EventRuleView): Promise<void> =>
    deliverAll(rule, eventOf('aws.events', 'Scheduled Event', [rule.arn], {}))

  const arm = (rule: EventRuleView, expression: string, startMs: number): void => {
    const now = Date.now()
    const next = nextFiring({ expression, zone: 'UTC', startMs }, Math.max(now, startMs))
    if (next === undefined || !running) return
    const timer = after(next - now, () => {
      timers.delete(timer)
      void runScheduled(rule).catch((error: Error) => log(`Rule ${rule.logicalId}: ${error.message}`))
      arm(rule, expression, startMs)
    })
    timers.add(timer)
  }

  return {
    put: async (event) => {
      const wanted = rules.filter((rule) => rule.enabled && rule.pattern && patternMatches(rule.pattern, event))
      await Promise.all(wanted.map((rule) => deliverAll(rule, event)))
    },
    runRule: async (name) => {
      const squashed = name.toLowerCase()
      const scheduled = rules.filter((rule) => rule.scheduleExpression !== undefined)
      const exact = scheduled.filter((rule) => rule.name === name || rule.logicalId === name)
      const found =
        exact.length > 0 ? exact : scheduled.filter((rule) => rule.logicalId.toLowerCase().includes(squashed))
      if (found.length !== 1 || !found[0])
        throw new Error(
          `No one scheduled rule is called "${name}"; there are ${scheduled.map((rule) => rule.logicalId).join(', ') || 'none'}.`,
        )
      await runScheduled(found[0])
    },
    begin: () => {
      running = true
      for (const rule of rules)
        if (rule.enabled && rule.scheduleExpression) arm(rule, rule.scheduleExpression, Date.now())
    },
    stop: () => {
      running = false
      for (const timer of timers) timer.cancel()
    },
  }
}
