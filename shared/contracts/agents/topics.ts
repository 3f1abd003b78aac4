/**
 * Topics between cloud and agents. `thing` is the agent's thing name, `<workspaceId>:<agentId>`, and equals its MQTT client id.
 *
 *   agent → cloud   $aws/rules/<rule>/benchtime/up/<thing>/poll | report     (Basic Ingest: no broker fan-out, no message charge)
 *   cloud → agent   benchtime/down/<thing>                                   (wake, next, ack)
 *
 * The topic rule selects the thing from the topic; the payload is nested under `message`, so nothing in it can pose as another agent.
 */
export type UplinkKind = 'poll' | 'report'

export const agentRuleName = (stage: string): string => `benchtime_${stage}_agents`

/** The one policy of all agents, by the name that certificates are attached to. */
export const agentPolicyName = (stage: string): string => `benchtime-${stage}-agent`

export const uplinkTopic = (stage: string, thing: string, kind: UplinkKind): string =>
  `$aws/rules/${agentRuleName(stage)}/benchtime/up/${thing}/${kind}`

export const uplinkRuleSql = "SELECT topic(3) AS thing, topic(4) AS kind, message AS message FROM 'benchtime/up/+/+'"

export const downlinkTopic = (thing: string): string => `benchtime/down/${thing}`
