/** The certificate authority of the laptop's IoT Core: a key of its own, kept in the data directory, that signs what agents ask for. */
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from '../../endpoint/service.ts'

/** As AWS: to the end of 2049. */
const endsAt = new Date('2049-12-31T23:59:59Z')
const names = ['localhost', '127.0.0.1', '::1']
const signing = { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' } as const

export type Authority = {
  /** Path of the root certificate, for agents. */
  readonly rootFile: string
  readonly rootPem: string
  /** For the broker's listener. */
  readonly server: { readonly key: string; readonly cert: string }
  /** @throws ServiceError InvalidRequestException */
  sign(request: string): Promise<{ readonly id: string; readonly pem: string }>
}

/** Only where something is signed: it takes its time to load. */
const x509 = async () => {
  await import('reflect-metadata')
  return import('@peculiar/x509')
}

const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const cryptoKeys = async (pem: string) => {
  const key: KeyObject = createPrivateKey(pem)
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const jwk = key.export({ format: 'jwk' })
  const { d: _secret, ...open } = jwk
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', der, signing, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', { ...open, key_ops: ['verify'] }, signing, true, ['verify']),
  }
}

const serialNumber = (): string => `00${randomBytes(16).toString('hex')}`

const makeFiles = async (home: string): Promise<void> => {
  const lib = await x509()
  const rootKey = newKey()
  const serverKey = newKey()
  const keys = await cryptoKeys(rootKey)
  const dates = { notBefore: new Date(Date.now() - 86_400_000), notAfter: endsAt }
  const root = await lib.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Benchtime laptop',
    ...dates,
    keys,
    signingAlgorithm: signing,
    extensions: [
      new lib.BasicConstraintsExtension(true, 0, true),
      new lib.KeyUsagesExtension(lib.KeyUsageFlags.keyCertSign | lib.KeyUsageFlags.cRLSign, true),
    ],
  })
  const server = await lib.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=Broker of a Benchtime laptop',
    issuer: root.subject,
    ...dates,
    signingKey: keys.privateKey,
    publicKey: (await cryptoKeys(serverKey)).publicKey,
    signingAlgorithm: signing,
    extensions: [
      new lib.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: value === 'localhost' ? ('dns' as const) : ('ip' as const), value })),
      ),
      new lib.ExtendedKeyUsageExtension([lib.ExtendedKeyUsage.serverAuth]),
    ],
  })
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string) => writeFileSync(join(home, name), `${text.trim()}\n`, { mode: 0o600 })
  write('root.key.pem', rootKey)
  write('server.key.pem', serverKey)
  write('server.pem', server.toString('pem'))
  // Last: who finds it finds the others too.
  write('root.pem.new', root.toString('pem'))
  renameSync(join(home, 'root.pem.new'), join(home, 'root.pem'))
}

export const openAuthority = async (dataDir: string): Promise<Authority> => {
  const home = join(dataDir, 'iot')
  const rootFile = join(home, 'root.pem')
  if (!existsSync(rootFile)) await makeFiles(home)
  const read = (name: string) => readFileSync(join(home, name), 'utf8')
  const rootPem = read('root.pem')
  return {
    rootFile,
    rootPem,
    server: { key: read('server.key.pem'), cert: read('server.pem') },
    sign: async (text) => {
      const lib = await x509()
      const request = await (async () => {
        try {
          const parsed = new lib.Pkcs10CertificateRequest(text)
          if (await parsed.verify()) return parsed
        } catch {
          // Told below.
        }
        throw new ServiceError('InvalidRequestException', 'The CSR is not readable, or its signature is wrong.')
      })()
      const certificate = await lib.X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject: 'CN=AWS IoT Certificate',
        issuer: new lib.X509Certificate(rootPem).subject,
        notBefore: new Date(Date.now() - 120_000),
        notAfter: endsAt,
        signingKey: (await cryptoKeys(read('root.key.pem'))).privateKey,
        publicKey: request.publicKey,
        signingAlgorithm: signing,
        extensions: [
          new lib.BasicConstraintsExtension(false, undefined, true),
          new lib.KeyUsagesExtension(lib.KeyUsageFlags.digitalSignature, true),
        ],
      })
      const pem = `${certificate.toString('pem').trim()}\n`
      return { id: idOf(new X509Certificate(pem)), pem }
    },
  }
}

/** AWS IoT names a certificate by the SHA-256 of its DER form. */
export const idOf = ({ fingerprint256 }: Pick<X509Certificate, 'fingerprint256'>): string =>
  fingerprint256.replaceAll(':', '').toLowerCase()
