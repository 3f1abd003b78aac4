const prime = 0x0000000001000000000000000000013bn
const offset = 0x6c62272e07bb014262b821756295c58dn
const mask = (1n << 128n) - 1n

/**
 * FNV-1a over 128 bits, as 25 base-36 digits: the same id for the same facts, so that finding them twice finds one thing. It
 * guards against accidents, not against people; so it only names things within one workspace.
 */
export const fingerprint = (facts: unknown): string => {
  let value = offset
  for (const character of JSON.stringify(facts))
    value = ((value ^ BigInt(character.codePointAt(0) ?? 0)) * prime) & mask
  return value.toString(36).padStart(25, '0')
}
