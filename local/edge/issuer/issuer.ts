import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'

/** The people of the demo laboratory; the role each has there is data, seeded like anybody's. */
export const demoPeople = {
  admin: 'Ada Admin',
  manager: 'Mia Manager',
  operator: 'Omar Operator',
  scientist: 'Sam Scientist',
  viewer: 'Vera Viewer',
} as const
export type DemoPerson = keyof typeof demoPeople
export const subjectOf = (person: DemoPerson): string => `demo-${person}`

export type Issuer = {
  readonly jwks: { keys: JWK[] }
  /** A token for a subject, as the user pool would issue an id token. Seconds until it expires. */
  issue(of: {
    subject: string
    name: string
    issuer: string
    audience: string
    expiresInSeconds: number
  }): Promise<string>
  /** @throws when the token is not ours, has expired, or was made for somebody else */
  verify(token: string, expected: { issuer: string; audience: readonly string[] }): Promise<JWTPayload>
}

const algorithm = 'ES256'

const loadKey = async (dataDir: string): Promise<JWK> => {
  const path = join(dataDir, 'issuer.jwk.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as JWK
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'laptop', alg: algorithm }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(path, JSON.stringify(key), { mode: 0o600 })
  return key
}

/** The laptop's stand-in for the user pool's issuer: a real key, real signatures; the key lies in the data directory. */
export const openIssuer = async (dataDir: string): Promise<Issuer> => {
  const jwk = await loadKey(dataDir)
  const { d: _private, ...publicJwk } = jwk
  const privateKey = await importJWK(jwk, algorithm)
  const publicKey = await importJWK(publicJwk, algorithm)
  return {
    jwks: { keys: [publicJwk] },
    issue: ({ subject, name, issuer, audience, expiresInSeconds }) =>
      new SignJWT({ name, token_use: 'id' })
        .setProtectedHeader({ alg: algorithm, kid: 'laptop', typ: 'JWT' })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
        .sign(privateKey),
    verify: async (token, { issuer, audience }) => {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [algorithm],
        issuer,
        audience: [...audience],
      })
      return payload
    },
  }
}
