import { X509Certificate } from 'node:crypto'
import type { AgentClock, AgentPorts } from '../core/ports.ts'

const dayMs = 86_400_000
/** Long enough to get a new one before the instruments stand still. */
const warnDays = 30

export type CertificateState =
  | { readonly state: 'fine' | 'ending' | 'ended'; readonly endsAt: string; readonly days: number }
  | { readonly state: 'unreadable'; readonly why: string }

/** How long the agent's certificate lasts. `days` are whole ones that are left, negative where it has ended. */
export const certificateState = (pem: string, nowMs: number): CertificateState => {
  try {
    const endsMs = new X509Certificate(pem).validToDate.getTime()
    const days = Math.floor((endsMs - nowMs) / dayMs)
    const endsAt = new Date(endsMs).toISOString()
    return { state: endsMs <= nowMs ? 'ended' : days < warnDays ? 'ending' : 'fine', endsAt, days }
  } catch (error) {
    return { state: 'unreadable', why: (error as Error).message }
  }
}

/** What to say of it; undefined where there is nothing to do. */
export const certificateWarning = (found: CertificateState): string | undefined => {
  switch (found.state) {
    case 'fine':
      return undefined
    case 'ending':
      return `The certificate of this agent ends in ${found.days} day(s), at ${found.endsAt}. Make a new one in time; the broker lets nobody in with an old one.`
    case 'ended':
      return `The certificate of this agent ended at ${found.endsAt}: the broker lets it in no more. Commands wait in the cloud until it has a new one.`
    case 'unreadable':
      return `The certificate of this agent cannot be read: ${found.why}`
  }
}

/** Looks at the certificate now and every day, and warns. @returns ends it */
export const watchCertificate = (pem: string, clock: AgentClock, log: AgentPorts['log']): (() => void) => {
  let cancel: () => void = () => undefined
  const look = (): void => {
    const warning = certificateWarning(certificateState(pem, clock.now()))
    if (warning) log('warn', warning)
    cancel = clock.after(dayMs, look)
  }
  look()
  return () => cancel()
}
