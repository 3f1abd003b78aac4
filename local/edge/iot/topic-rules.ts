import type { Cloud, Json, TopicRuleView } from '../../cloud-types.ts'
import { unitsOf } from '../../services/iot/data.ts'
import { parseRuleSql, topicFits } from './rule-sql.ts'

/**
 * The template's topic rules. Resolves when the functions of the rule have been handed the message, or, where that failed,
 * its error queue has it.
 */
export const createTopicRules = (cloud: Cloud) => {
  const rules = new Map(
    cloud.template.topicRules
      .filter(({ enabled }) => enabled)
      .map((view) => [view.name, { view, query: parseRuleSql(view.sql) }] as const),
  )

  const failed = async (view: TopicRuleView, topic: string, payload: Json, why: string): Promise<void> => {
    cloud.log('iot', `Rule ${view.name} could not hand on a message from ${topic}: ${why}`)
    if (view.errorQueue)
      await cloud.queues.send(
        view.errorQueue.queueUrl,
        JSON.stringify({ ruleName: view.name, topic, payload, failures: [{ errorMessage: why }] }),
      )
  }

  return async (name: string, topic: string, payload: Buffer): Promise<void> => {
    const rule = rules.get(name)
    if (!rule || !topicFits(rule.query.filter, topic)) return
    const units = unitsOf(payload.length)
    cloud.meter.count('iotRules', units)
    let message: Json
    try {
      message = JSON.parse(payload.toString('utf8')) as Json
    } catch {
      message = payload.toString('base64')
    }
    const event = rule.query.select(topic, message)
    for (const functionArn of rule.view.functionArns) {
      cloud.meter.count('iotActions', units)
      const call = { service: 'iot.amazonaws.com', sourceArn: rule.view.arn, function: functionArn, event, async: true }
      try {
        const result = await cloud.invokeAsService(call)
        if (!result.ok) await failed(rule.view, topic, message, `${result.errorType}: ${result.errorMessage}`)
      } catch (error) {
        await failed(rule.view, topic, message, String(error))
      }
    }
  }
}
