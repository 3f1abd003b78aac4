import * as z from 'zod'
import { instantSchema } from '../time.ts'

/** SHA-256 of the certificate in lower-case hexadecimal, as AWS IoT names certificates. */
export const certificateIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a certificate, 64 hexadecimal digits')
export type CertificateId = z.output<typeof certificateIdSchema>

/** A certificate by which an agent is let in at the broker. Its private key never leaves the agent's machine. */
export const agentCertificateSchema = z
  .strictObject({
    id: certificateIdSchema,
    issuedAt: instantSchema,
    issuedBy: z.string(),
    endsAt: instantSchema,
  })
  .meta({ id: 'AgentCertificate', description: 'A certificate by which an agent is let in at the broker' })
export type AgentCertificate = z.output<typeof agentCertificateSchema>

/** In force at one time: the present one, its successor, and one to spare. */
export const maxCertificates = 3

/** PKCS #10 in PEM. Whether it can be signed, the authority says. */
export const certificateRequestSchema = z
  .string()
  .max(8_192)
  .regex(
    /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----[A-Za-z0-9+/=\s]+-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/,
    'must be a certificate signing request in PEM, from BEGIN CERTIFICATE REQUEST to END CERTIFICATE REQUEST',
  )
