#!/usr/bin/env node
// A receiver of approved proposals, as an outside system may have one: checks the signature, does each thing once however often
// it comes, and answers with its own reference. It needs Node.js and nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

/** A message that is older than this, or from the future, is somebody's copy. Seconds. */
const freshFor = 300

/** Whether a body was signed with the secret, not long ago. */
const isSigned = (header, text, secret, nowMs) => {
  const { t, v1 } = Object.fromEntries(
    String(header ?? '')
      .split(',')
      .map((part) => part.split('=')),
  )
  if (!/^\d{1,12}$/.test(t ?? '') || Math.abs(nowMs / 1000 - Number(t)) > freshFor) return false
  const expected = createHmac('sha256', secret).update(`${t}.${text}`).digest()
  const given = Buffer.from(v1 ?? '', 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** What was sent; undefined where whoever sent it hung up. */
const read = async (request) => {
  const chunks = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * @param options.secret what the connector told when it was made
 * @param options.failFirst so many requests are answered with 500 first, to see that they come again
 * @param options.answer what is answered in place of the usual, to see what becomes of it: (submission) => { status, body } or undefined
 * @param options.now the time, in milliseconds
 */
export const createReceiver = ({ secret, failFirst = 0, answer = () => undefined, now = Date.now }) => {
  /** References of what was done, by the id of the submission: this makes a repetition harmless. Keep it where your data is. */
  const taken = new Map()
  /** What the outside system has now, by order. */
  const calendar = new Map()
  const requests = []
  let failures = failFirst

  const take = (submission) => {
    const { id, action, order, slot, people } = submission
    const known = taken.get(id)
    if (known !== undefined) return known
    const reference = `EXT-${taken.size + 1}`
    taken.set(id, reference)
    if (action === 'withdraw') calendar.delete(order.id)
    else calendar.set(order.id, { reference, start: slot.start, end: slot.end, people: people.map(({ name }) => name) })
    return reference
  }

  const server = createServer(async (request, response) => {
    const say = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    const text = await read(request)
    if (text === undefined) return undefined
    if (request.method !== 'POST') return say(405, { error: 'POST only' })
    if (!isSigned(request.headers['benchtime-signature'], text, secret, now()))
      return say(401, { error: 'wrong signature' })
    const submission = JSON.parse(text)
    requests.push(submission)
    if (request.headers['benchtime-id'] !== submission.id) return say(400, { error: 'the ids differ' })
    const other = answer(submission)
    if (other === 'never') return undefined
    if (other) return say(other.status, other.body)
    if (failures-- > 0) return say(500, { error: 'try again' })
    return say(200, { reference: take(submission) })
  })
  return { server, taken, calendar, requests }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { SECRET: secret, PORT = '4300', FAIL_FIRST = '0' } = process.env
  if (!secret) {
    console.error('Set SECRET to what the connector told when it was made.')
    process.exit(1)
  }
  const { server, calendar } = createReceiver({ secret, failFirst: Number(FAIL_FIRST) })
  server.on('request', (_, response) =>
    response.on('finish', () => console.log(response.statusCode, Object.fromEntries(calendar))),
  )
  server.listen(Number(PORT), '127.0.0.1', () => {
    const { port } = server.address()
    console.log(`receiving at http://127.0.0.1:${port}/`)
  })
}
