/** Who may do what: callers by credential, questions by their roles' statements from the template. */
import type { Authorise, Meter } from '../cloud-controls.ts'
import type { FunctionView, Template } from '../cloud-types.ts'
import { evaluate, type Grant } from './iam.ts'
import { type Caller, ServiceError } from './service.ts'

/** Access key id of the person at the laptop (for the AWS command line): may do everything, like an account's administrator. */
export const administratorKey = 'administrator'

export type Principals = {
  /** By access key id: a function's logical id, or the administrator. */
  byAccessKey(accessKeyId: string): Caller
  /** By logical id, name or ARN of a function; or a unique part of its logical id, in any case, such as `prepare`. */
  functionNamed(id: string): FunctionView
  roleNamed(id: string): Caller
}

const squashed = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

export const createPrincipals = ({ functions, roles }: Template): Principals => {
  const functionNamed = (id: string): FunctionView => {
    const exact = functions.find((f) => f.logicalId === id || f.name === id || f.arn === id)
    if (exact) return exact
    const wanted = squashed(id)
    const those = (holds: (name: string) => boolean) => functions.filter((f) => holds(squashed(f.logicalId)))
    const named = those((name) => name.startsWith(`${wanted}function`))
    const prefixed = named.length === 1 ? named : those((name) => name.startsWith(wanted))
    const like = prefixed.length === 1 ? prefixed : those((name) => name.includes(wanted))
    if (like.length === 1 && like[0]) return like[0]
    throw new Error(
      `${like.length === 0 ? 'No' : 'More than one'} function is called "${id}"; the template has ${functions.map((f) => f.logicalId).join(', ') || 'none'}.`,
    )
  }
  return {
    functionNamed,
    byAccessKey: (key) => {
      if (key === administratorKey) return { name: administratorKey }
      const found = functions.find((f) => f.logicalId === key)
      if (!found)
        throw new ServiceError(
          'UnrecognizedClientException',
          `The access key id "${key}" belongs to nobody: it must be the logical id of a function of the template, or "${administratorKey}".`,
        )
      return { name: found.logicalId, roleArn: found.roleArn }
    },
    roleNamed: (id) => {
      const role = roles.find((r) => r.arn === id || r.logicalId === id || r.name === id)
      if (!role) throw new ServiceError('AccessDeniedException', `There is no role "${id}" in the template.`)
      return { name: role.name, roleArn: role.arn }
    },
  }
}

/** Checks one question for one caller; remembers the grant that allowed it. */
export type CheckCaller = (caller: Caller, question: Parameters<typeof evaluate>[1]) => void

export const createCheck = (template: Template, onGrantUsed: (grant: Grant) => void): CheckCaller => {
  const roles = new Map(template.roles.map((role) => [role.arn, role]))
  return (caller, question) => {
    if (caller.roleArn === undefined) return
    const role = roles.get(caller.roleArn)
    const verdict = evaluate(role?.statements ?? [], question)
    if (verdict.allowed) {
      onGrantUsed({ roleArn: caller.roleArn, action: verdict.actionPattern, resource: verdict.resourcePattern })
      return
    }
    const because =
      verdict.why === 'explicit-deny'
        ? 'a statement of its role denies it explicitly'
        : `no policy of its role ${role?.logicalId ?? caller.roleArn} allows it; grant it in infra/`
    throw new ServiceError(
      'AccessDeniedException',
      `${caller.name} is not authorized to perform: ${question.action} on resource: ${question.resource} because ${because}`,
    )
  }
}

/** The same check by name, for those who speak for a principal without an HTTP request. */
export const createAuthorise =
  (principals: Principals, check: CheckCaller): Authorise =>
  (question) => {
    if ('function' in question) {
      const found = principals.functionNamed(question.function)
      check({ name: found.logicalId, roleArn: found.roleArn }, question)
    } else check(principals.roleNamed(question.principal), question)
  }

export type GrantLog = { readonly record: (grant: Grant) => void; readonly used: Meter['usedGrants'] }

export const createGrantLog = (): GrantLog => {
  const seen = new Map<string, Grant>()
  return {
    record: (grant) => {
      seen.set(`${grant.roleArn} ${grant.action} ${grant.resource}`, grant)
    },
    used: () => [...seen.values()],
  }
}
