/**
 * What happens to every call, from wherever it comes: authorise, count, perhaps a fault, then the service.
 * Functions come in over HTTP (server.ts); Scheduler, Step Functions and topic rules call here in their roles.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Meter } from '../cloud-controls.ts'
import type { CheckCaller } from './authorise.ts'
import type { FaultBook } from './faults.ts'
import { type Call, type Caller, type Service, ServiceError } from './service.ts'

/** The caller's process died during the call: there is nobody to answer. */
export class CallerDied extends Error {
  override readonly name = 'CallerDied'
}

export type Dispatch = (caller: Caller, service: Service, call: Call) => Promise<Record<string, unknown>>

export type DispatchParts = {
  readonly check: CheckCaller
  readonly meter: Meter
  readonly faults: FaultBook
  /** Ends the caller's process, where the caller is a function. */
  readonly crash: (caller: Caller) => void
}

const internal = () => new ServiceError('InternalServerError', 'An internal error (injected by a fault).', 500)

export const createDispatch =
  ({ check, meter, faults, crash }: DispatchParts): Dispatch =>
  async (caller, service, call) => {
    for (const question of service.permissions(call)) check(caller, question)
    meter.countCall(service.signingName, call.operation)
    const effect = faults.strike({ caller: caller.name, service: service.signingName, operation: call.operation })
    if (effect?.kind === 'throttle') throw new ServiceError(service.throttle, 'Rate exceeded (injected by a fault).')
    if (effect?.kind === 'fail') throw internal()
    if (effect?.kind === 'delay') await wait(effect.ms)
    const answer = await service.handle(call, caller)
    if (effect?.kind === 'fail-after-commit') throw internal()
    if (effect?.kind === 'crash-after-commit') {
      crash(caller)
      throw new CallerDied(`${caller.name} died after ${service.signingName}:${call.operation} (injected by a fault).`)
    }
    return answer
  }
