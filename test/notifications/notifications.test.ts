import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { createHooks } from '#adapters/webhooks/hooks.ts'
import { post, whatFailed } from '#adapters/webhooks/post.ts'
import { isPublicAddress } from '#adapters/webhooks/public-address.ts'
import { deliverDue } from '#application/notifications/deliver.ts'
import type { Told } from '#application/notifications/news.ts'
import { spread } from '#application/notifications/spread.ts'
import { Undeliverable } from '#application/notifications/undeliverable.ts'
import { emailAddressSchema } from '#domain/notifications/address.ts'
import type { Contact } from '#domain/notifications/contact.ts'
import { eventNames } from '#domain/notifications/events.ts'
import { type Message, render } from '#domain/notifications/render.ts'
import { quietUntil, type Subscription, subscriptionSchema } from '#domain/notifications/subscription.ts'
import { instantOf } from '#domain/time.ts'
import { documentOf } from '../adapters/documents.ts'

const workspaceId = 'ws_lab' as const
const noon = Date.UTC(2026, 10, 20, 12)

type Outcome = 'takes' | 'fails' | 'refuses'

/** A laboratory with one contact and a mail service that does as it is told. */
const bench = async (subscription: Partial<Subscription> = {}) => {
  const store = createMemoryStore()
  const clock = { nowMs: noon }
  const mails: { to: string; message: Message }[] = []
  const post: { outcome: Outcome } = { outcome: 'takes' }
  const contact: Contact = {
    ...documentOf('contact', workspaceId, 'kim'),
    subject: 'kim',
    channels: [{ kind: 'email', address: 'kim@laboratory.org', verifiedAt: instantOf(noon) }],
  }
  const wants = subscriptionSchema.parse({
    ...documentOf('subscription', workspaceId, 'a'),
    contactId: contact.id,
    events: [...eventNames],
    ...subscription,
  })
  await store.commit([
    { type: 'put', kind: 'contact', value: contact, expect: 'absent' },
    { type: 'put', kind: 'subscription', value: wants, expect: 'absent' },
  ])
  const world = {
    store,
    clock: { now: () => clock.nowMs },
    mail: {
      send: async (to: string, message: Message) => {
        if (post.outcome === 'fails') throw new Error('the mail service is busy')
        if (post.outcome === 'refuses') throw new Undeliverable('no such mailbox')
        mails.push({ to, message })
      },
    },
    hooks: { refusal: () => undefined, post: async () => '' },
  }
  const log = async () => (await store.list('delivery', workspaceId, { limit: 100 })).items
  return { world, clock, mails, post, log, contact }
}

const news = (eventId: string, more: Partial<Told['news']> = {}, concerns: Partial<Told['concerns']> = {}): Told => {
  const event = (more.event ?? 'run.failed') as Told['concerns']['event']
  const severity = more.severity ?? 'error'
  return {
    workspaceId,
    eventId,
    news: {
      event,
      severity,
      at: instantOf(noon),
      about: ['run_a'],
      facts: { what: 'Wash', message: 'No tips.' },
      ...more,
    },
    concerns: { event, severity, assetIds: [], ...concerns },
  }
}

describe('one notification for each event and contact', () => {
  test('however often the event is delivered, at once or later', async () => {
    const { world, mails, log } = await bench()
    const told = news('aud_1')
    await Promise.all(Array.from({ length: 5 }, () => spread(told, world)))
    await spread(told, world)
    await deliverDue(workspaceId, world)
    expect(mails).toHaveLength(1)
    expect(await log()).toMatchObject([{ status: 'sent', tries: [] }])
    await spread(news('aud_2'), world)
    expect(mails).toHaveLength(2)
  })

  test('also where two senders look at what is due at the same time', async () => {
    const { world, mails, post, clock } = await bench()
    post.outcome = 'fails'
    await spread(news('aud_1'), world)
    post.outcome = 'takes'
    clock.nowMs += 60_000
    await Promise.all(Array.from({ length: 4 }, () => deliverDue(workspaceId, world)))
    expect(mails).toHaveLength(1)
  })

  test('a sender that died between sending and writing it down is made up for', async () => {
    const { world, mails, log, clock } = await bench()
    const dies = { ...world.mail, send: () => new Promise<never>(() => undefined) }
    void spread(news('aud_1'), { ...world, mail: dies })
    await new Promise((resolve) => setImmediate(resolve))
    await deliverDue(workspaceId, world)
    expect([mails.length, (await log())[0]?.status]).toEqual([0, 'sending'])
    clock.nowMs += 6 * 60_000
    await deliverDue(workspaceId, world)
    expect([mails.length, (await log())[0]?.status]).toEqual([1, 'sent'])
  })
})

describe('a message that does not get through', () => {
  test('is tried again, later and later, and then parked with every reason', async () => {
    const { world, mails, post, log, clock } = await bench()
    post.outcome = 'fails'
    await spread(news('aud_1'), world)
    for (let minute = 0; minute < 60 * 30; minute++) {
      clock.nowMs += 60_000
      await deliverDue(workspaceId, world)
    }
    const [delivery] = await log()
    expect(delivery).toMatchObject({ status: 'parked' })
    expect(delivery?.tries.length).toBe(7)
    const pauses = delivery?.tries.map(({ at }) => Date.parse(at)).map((ms, i, all) => ms - (all[i - 1] ?? noon)) ?? []
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
    expect(mails).toEqual([])
  })

  test('is parked at once where trying again would not help', async () => {
    const { world, post, log } = await bench()
    post.outcome = 'refuses'
    await spread(news('aud_1'), world)
    expect(await log()).toMatchObject([{ status: 'parked', tries: [{ error: 'no such mailbox' }] }])
  })

  test('waits for nobody else: the others are told', async () => {
    const { world, mails, post } = await bench()
    post.outcome = 'fails'
    await spread(news('aud_1'), world)
    post.outcome = 'takes'
    await spread(news('aud_2'), world)
    expect(mails).toHaveLength(1)
  })
})

describe('who is told of what', () => {
  test.for([
    { wants: { events: ['run.failed'] }, told: { event: 'run.succeeded', severity: 'info' }, hears: false },
    { wants: { minimumSeverity: 'warning' }, told: { event: 'run.succeeded', severity: 'info' }, hears: false },
    { wants: { minimumSeverity: 'warning' }, told: { event: 'run.long-running', severity: 'warning' }, hears: true },
    { wants: { scheduleIds: ['sch_other'] }, told: {}, hears: false },
    { wants: { scheduleIds: ['sch_a'] }, told: {}, hears: true },
    { wants: { assetIds: ['ast_a'] }, told: {}, hears: true },
    { wants: { assetIds: ['ast_other'] }, told: {}, hears: false },
  ])('$wants, $told: $hears', async ({ wants, told, hears }) => {
    const { world, mails } = await bench(wants as Partial<Subscription>)
    await spread(news('aud_1', told as never, { scheduleId: 'sch_a', assetIds: ['ast_a'] }), world)
    expect(mails.length).toBe(hears ? 1 : 0)
  })

  test('nothing is sent to an address that has not been verified', async () => {
    const { world, mails, log, contact } = await bench()
    const channels = contact.channels.map(({ verifiedAt: _at, ...channel }) => channel) as Contact['channels']
    await world.store.commit([{ type: 'put', kind: 'contact', value: { ...contact, channels, version: 2 }, expect: 1 }])
    await spread(news('aud_1'), world)
    expect([mails, await log()]).toEqual([[], []])
  })

  test('what one member is told is told to that member’s contact alone', async () => {
    const { world, mails } = await bench()
    await spread({ ...news('ntc_1'), to: 'somebody-else' }, world)
    expect(mails).toHaveLength(0)
    await spread({ ...news('ntc_1'), to: 'kim' }, world)
    expect(mails).toHaveLength(1)
  })
})

describe('quiet hours', () => {
  const quietHours = { from: '22:00', to: '06:30', timeZone: 'Europe/Berlin', errorsToo: true }
  const night = Date.UTC(2026, 10, 20, 23)

  test('keep what comes for one message after they are over', async () => {
    const { world, mails, clock } = await bench({ quietHours })
    clock.nowMs = night
    for (const id of ['aud_1', 'aud_2', 'aud_3']) await spread(news(id), world)
    await deliverDue(workspaceId, world)
    expect(mails).toHaveLength(0)
    clock.nowMs = Date.UTC(2026, 10, 21, 5, 30)
    await deliverDue(workspaceId, world)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.message.subject).toContain('3')
  })

  test('do not keep an error, unless that is asked for', async () => {
    const { world, mails, clock } = await bench({ quietHours: { ...quietHours, errorsToo: false } })
    clock.nowMs = night
    await spread(news('aud_1'), world)
    await spread(news('aud_2', { event: 'run.succeeded', severity: 'info' }), world)
    expect(mails).toHaveLength(1)
  })

  test('end at their local time, through both changes of the clocks, and never last longer than a day', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
    const moments = fc.integer({ min: Date.UTC(2026, 2, 27), max: Date.UTC(2026, 10, 3) })
    fc.assert(
      fc.property(clock, clock, moments, (from, to, nowMs) => {
        if (from === to) return
        const over = quietUntil({ from, to, timeZone: 'Europe/Berlin', errorsToo: false }, nowMs)
        if (over === undefined) return
        expect(over).toBeGreaterThan(nowMs - 60_000)
        expect(over - nowMs).toBeLessThanOrEqual(25 * 3_600_000)
      }),
    )
  })

  test('a digest is told on the hour, in one message', async () => {
    const { world, mails, clock } = await bench({ digest: 'hourly' })
    const info = { event: 'run.succeeded' as const, severity: 'info' as const }
    for (const id of ['aud_1', 'aud_2']) await spread(news(id, info), world)
    clock.nowMs += 59 * 60_000
    await deliverDue(workspaceId, world)
    expect(mails).toHaveLength(0)
    clock.nowMs += 60_000
    await deliverDue(workspaceId, world)
    expect(mails).toHaveLength(1)
  })
})

describe('texts', () => {
  const reader = { timeZone: 'Europe/Berlin', contact: 'Kim', workspace: 'Room <2>' }
  const nasty = {
    what: 'Wash\r\nBcc: all@x.org <script>alert(1)</script>',
    message: '<b>&',
    id: 'rcv_a',
    by: 'sam',
    code: 'C',
  }

  test.for(['en', 'de'] as const)(
    'in %s say what happened, in one line of subject and HTML that runs nothing',
    (locale) => {
      for (const event of [...eventNames, 'contact.verify', 'contact.test'] as const) {
        const one = { event, severity: 'error' as const, at: instantOf(noon), about: [], facts: nasty }
        for (const message of [render([one], { ...reader, locale }), render([one, one], { ...reader, locale })]) {
          expect(message.subject).not.toMatch(/[\r\n]/)
          expect(message.subject.length).toBeGreaterThan(5)
          expect(message.html).not.toContain('<script>')
          expect(`${message.subject}${message.text}`).not.toMatch(/\{\w+\}|undefined/)
        }
      }
      const at = render([{ event: 'run.failed', severity: 'error', at: instantOf(noon), about: [], facts: nasty }], {
        ...reader,
        locale,
      })
      expect(at.text).toContain('2026-11-20 13:00 (Europe/Berlin)')
    },
  )
})

describe('where nothing is sent', () => {
  test.for([
    'kim',
    'kim@',
    '@lab.org',
    'kim@lab',
    'a b@lab.org',
    'kim@lab.test',
    'kim@example.com',
    'kim@lab.org\nBcc: x@y.org',
    `${'a'.repeat(300)}@lab.org`,
  ])('%j is no address', (text) => {
    expect(emailAddressSchema.safeParse(text).success).toBe(false)
  })

  const private4 = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ]
  const private6 = [
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:db8::1',
    'ff02::1',
  ]
  test.for([...private4, ...private6])('%s is inside', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  test.for(['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:2800:220:1::1'])('%s is outside', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  const hooks = createHooks({ now: () => noon }, false)
  test.for([
    'http://lab.org/hook',
    'https://localhost/x',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/latest',
    'https://metadata.internal/',
    'https://intranet/',
  ])('%s is refused before it is stored', (url) => {
    expect(hooks.refusal(url)).toBeDefined()
  })

  test('a name that leads inside is refused at the moment of the connection', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked += 1
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const sent = post(`https://localhost:${port}/`, '{}', { timeoutMs: 2_000, anywhere: false })
    await expect(sent).rejects.toThrow(/private network/)
    expect(asked).toBe(0)
    server.close()
  })
})

test('a webhook message is signed, so that its receiver knows who sent it and when', async () => {
  const heard: { headers: Record<string, unknown>; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    heard.push({ headers: request.headers, body })
    response.statusCode = heard.length === 1 ? 200 : heard.length === 2 ? 500 : 302
    response.setHeader('location', 'http://127.0.0.1:1/')
    response.end('{"code":"x"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const hooks = createHooks({ now: () => noon }, true)
  const send = () => hooks.post(`http://127.0.0.1:${port}/hook`, 'secret', 'ntf_a', { text: 'µL' })
  expect(await send()).toBe('{"code":"x"}')
  const [{ headers, body } = { headers: {}, body: '' }] = heard
  const [, seconds = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['benchtime-signature'])) ?? []
  expect(Number(seconds)).toBe(noon / 1000)
  expect(hex).toBe(createHmac('sha256', 'secret').update(`${seconds}.${body}`).digest('hex'))
  expect(headers['benchtime-id']).toBe('ntf_a')
  // Neither an error nor a way elsewhere is taken for success.
  await expect(send()).rejects.toThrow('500')
  await expect(send()).rejects.toThrow('302')
  server.close()
})

test('what got in the way is told in words', async () => {
  const server = createServer((_request, response) => void response.writeHead(200).write('{'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sent = post(`http://127.0.0.1:${port}/`, '{}', { timeoutMs: 40, anywhere: true })
  await expect(sent).rejects.toThrow('no whole answer within 0.04 seconds')
  server.closeAllConnections()
  server.close()
  // A name with several addresses, as Node.js reports it: without a message of its own.
  const several = new AggregateError([new Error('connect ECONNREFUSED 9.9.9.9:443'), new Error('no route')])
  expect(whatFailed(several, false, 40)).toMatchObject({ message: 'connect ECONNREFUSED 9.9.9.9:443; no route' })
})
