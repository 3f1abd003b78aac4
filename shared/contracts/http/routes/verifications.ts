import * as z from 'zod'
import { verificationSchema } from '#domain/verification/verification.ts'
import { noteBody, pageOf, pageQuery, route } from '../route.ts'

const verifications = '/v1/workspaces/{workspaceId}/verifications'
const verification = `${verifications}/{verificationId}` as const

const told = verificationSchema
  .extend({ text: z.string().meta({ description: 'The report as people read it' }) })
  .meta({ id: 'VerificationReport', description: 'What a look at the coming days found, also as a text' })

export const verificationRoutes = {
  verifyNow: route({
    method: 'POST',
    path: verifications,
    access: 'operator',
    summary: 'Look at the coming days now, and write the report of today, or write it anew',
    description: 'What was resolved stays resolved as long as its cause is the same. Nobody is notified.',
    body: z.strictObject({}),
    response: told,
    status: 200,
    refusals: ['contended'],
  }),
  listVerifications: route({
    method: 'GET',
    path: verifications,
    access: 'viewer',
    summary: 'List the reports without their findings, the latest first',
    query: pageQuery,
    response: pageOf(verificationSchema.omit({ findings: true })),
    status: 200,
  }),
  getVerification: route({
    method: 'GET',
    path: verification,
    access: 'viewer',
    summary: 'Get the report of a date: ver_2026-11-23',
    response: told,
    status: 200,
  }),
  getVerificationText: route({
    method: 'GET',
    path: `${verification}/text`,
    access: 'viewer',
    summary: 'The same as a text',
    produces: 'text/plain; charset=utf-8',
    response: z.string(),
    status: 200,
  }),
  resolveFinding: route({
    method: 'POST',
    path: `${verification}/findings/{fingerprint}/resolve`,
    access: 'operator',
    summary: 'Say of a finding that it is dealt with, and how',
    body: noteBody,
    response: told,
    status: 200,
    refusals: ['contended'],
  }),
} as const
