import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const pemOf = (label: string, der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** A new private key and a request to have its public half signed, both in PEM. The key stays on this machine. */
export const makeKeyAndRequest = async (thing: string): Promise<{ readonly key: string; readonly request: string }> => {
  const keys = await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [thing] }],
    keys,
    signingAlgorithm: signing,
  })
  const key = pemOf('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  return { key, request: `${request.toString('pem').trim()}\n` }
}
