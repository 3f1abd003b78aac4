import type { AgentPorts } from '../core/ports.ts'

const printed = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Lines on standard error: for a person (text), or for whatever collects logs (json). Never anything that is secret. */
export const logTo =
  (form: 'text' | 'json', write: (line: string) => void = console.error): AgentPorts['log'] =>
  (level, message, facts = {}) => {
    const at = new Date().toISOString()
    if (form === 'json') return write(JSON.stringify({ at, level, message, ...facts }))
    const more = Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${printed(value).replaceAll('\n', '\\n')}`)
    write([at.replace('T', ' '), level.toUpperCase().padEnd(5), message, ...more].join(' '))
  }
