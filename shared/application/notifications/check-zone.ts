import { Refusal } from '#domain/errors.ts'
import { isZone } from '#domain/zone.ts'

/** @throws Refusal `invalid` where there is no such time zone; `path` points into the request */
export const checkZone = (timeZone: string, path: string): void => {
  if (!isZone(timeZone))
    throw new Refusal('invalid', `"${timeZone}" is no IANA time zone. Write it as in Europe/Berlin.`, {
      reasons: [{ code: 'unknown-zone', message: 'no such time zone', path }],
    })
}
