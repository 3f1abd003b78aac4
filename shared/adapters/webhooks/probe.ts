import type { Probe } from '#application/world.ts'
import { post } from './post.ts'

const timeoutMs = 4_000

/** Asks an address whether a condition holds. Whatever is no clear yes is a no, with what was heard instead. */
export const createProbe = (anywhere: boolean): Probe => ({
  ask: async (url, question) => {
    try {
      const { status, body } = await post(url, JSON.stringify(question), { timeoutMs, anywhere })
      if (status < 200 || status > 299) return { ok: false, message: `It answered ${status}.` }
      const { ok, message } = JSON.parse(body) as { ok?: unknown; message?: unknown }
      return {
        ok: ok === true,
        message: typeof message === 'string' ? message.slice(0, 300) : ok === true ? 'It holds.' : 'It does not hold.',
      }
    } catch (error) {
      return { ok: false, message: `Nobody answered for it: ${(error as Error).message}`.slice(0, 300) }
    }
  },
})
