/** Services that invoke functions (gateway, topic rules, event rules): allowed by AWS::Lambda::Permission, retried as Lambda does. */
import { setTimeout as wait } from 'node:timers/promises'
import type { InvokeResult } from '../cloud-controls.ts'
import type { Cloud, FunctionView, InvokePermission } from '../cloud-types.ts'
import { matches } from '../endpoint/iam.ts'
import { ServiceError } from '../endpoint/service.ts'
import type { Json } from '../json.ts'

export type InvokeParts = {
  readonly permissions: readonly InvokePermission[]
  readonly functionNamed: (id: string) => FunctionView
  readonly invoke: (view: FunctionView, event: Json) => Promise<InvokeResult>
  readonly log: (line: string) => void
}

/**
 * An asynchronous invocation that fails is tried twice more. Lambda waits one minute, then two; here seconds, so that a
 * person sees the outcome. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
const pausesMs = [1_000, 2_000]

export const createInvokeAsService =
  ({ permissions, functionNamed, invoke, log }: InvokeParts): Cloud['invokeAsService'] =>
  async ({ service, sourceArn, function: id, event, async = false }) => {
    const view = functionNamed(id)
    const allowed = permissions.some(
      (permission) =>
        permission.functionArn === view.arn &&
        permission.principal === service &&
        (permission.sourceArn === undefined || matches(permission.sourceArn, sourceArn)),
    )
    if (!allowed) {
      const refusal = new ServiceError(
        'AccessDeniedException',
        `${service} (${sourceArn}) is not authorized to perform: lambda:InvokeFunction on resource: ${view.arn} because no AWS::Lambda::Permission of the template allows it`,
      )
      log(`AccessDenied: ${refusal.message}`)
      throw refusal
    }
    let result = await invoke(view, event)
    for (const pause of async ? pausesMs : []) {
      if (result.ok) break
      await wait(pause)
      result = await invoke(view, event)
    }
    return result
  }
