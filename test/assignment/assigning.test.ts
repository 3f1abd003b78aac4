import { describe, expect, test } from 'vitest'
import { dayMs, hours, minutes, msOf } from '#domain/time.ts'
import { asset, assign, at, claim, monday, office, order, person, question, slot, type, whereIs } from './world.ts'

const nobodyOf = (answer: ReturnType<typeof assign>, name: string) =>
  answer.leftOut.find(({ orderId }) => orderId === `ord_${name}`)

describe('who', () => {
  test('has least to do in that week', () => {
    const claims = [claim('ada', at(3, 9), at(3, 12)), claim('ben', at(1, 9), at(1, 10))]
    const answer = assign(question([order('a', [['ada', 'ben']])], [person('ada'), person('ben')], { claims }))
    expect(whereIs(answer, 'a')).toBe('ben 0 09:00')
    expect(answer.assigned.get('ord_a')?.because[0]).toBe(
      '"ben" has the least to do of 2 who have time then: 1 h in that week.',
    )
  })

  test('has least to do on that day, among equals in the week', () => {
    const claims = [claim('ada', at(0, 14), at(0, 15)), claim('ben', at(1, 9), at(1, 10))]
    const answer = assign(question([order('a', [['ada', 'ben']])], [person('ada'), person('ben')], { claims }))
    expect(whereIs(answer, 'a')).toBe('ben 0 09:00')
  })

  test('is drawn by the seed only between those who are equal in everything', () => {
    const input = question([order('a', [['ada', 'ben']])], [person('ada'), person('ben')])
    const drawn = new Set(Array.from({ length: 20 }, (_, seed) => whereIs(assign(input, { seed }), 'a')))
    expect([...drawn].toSorted()).toEqual(['ada 0 09:00', 'ben 0 09:00'])
  })

  test('has the duty on the day on which it begins', () => {
    const turns = [
      { assetId: 'ast_ben' as const, startMs: at(0), endMs: at(1) },
      { assetId: 'ast_ada' as const, startMs: at(1), endMs: at(2) },
    ]
    const requirements = [{ duty: 'juicer', units: 1 as const }]
    const more = { requirements, release: at(0, 16) + minutes(30) }
    const answer = assign(
      question([order('a', [['ada', 'ben']], more, { turns: [turns] })], [person('ada'), person('ben')]),
    )
    expect(whereIs(answer, 'a')).toBe('ada 1 09:00')
    expect(answer.assigned.get('ord_a')).toMatchObject({
      wave: 'duty',
      because: ['"ada" has juicer on 2026-12-01.', expect.any(String)],
    })
  })

  test('does all that is needed at once: each another, and units are counted', () => {
    const room = asset('room', { capacity: 2 })
    const claims = [claim('room', at(0, 9), at(0, 11), { units: 1 })]
    const requirements = [
      { capability: 'lab', units: 1 },
      { capability: 'lab', units: 1 },
      { assetId: 'ast_room' as const, units: 2 },
    ]
    const answer = assign(
      question(
        [order('a', [['ada', 'ben'], ['ada'], ['room']], { requirements })],
        [person('ada'), person('ben'), room],
        { claims },
      ),
    )
    expect(whereIs(answer, 'a')).toBe('ben+ada+room 0 11:00')
  })
})

describe('when', () => {
  const starts = { timeZone: 'UTC', times: ['09:00', '11:00'] }

  test.for<[string, Parameters<typeof order>[2], string]>([
    ['the window ends exactly when it does', { release: at(1, 10), due: at(1, 11) }, 'ada 1 10:00'],
    ['a minute less', { release: at(1, 10), due: at(1, 11) - minutes(1) }, 'nowhere'],
    ['the whole of it before it is due', { due: at(0, 9) + minutes(59) }, 'nowhere'],
    ['due in the past', { due: at(-1) }, 'nowhere'],
    ['on the grid of five minutes', { release: at(0, 9) + minutes(2) }, 'ada 0 09:05'],
    ['off the grid where it must be', { release: at(0, 9) + minutes(2), due: at(0, 10) + minutes(2) }, 'ada 0 09:02'],
    ['until the very end of the day', { release: at(0, 16) }, 'ada 0 16:00'],
    ['not over the end of the day', { release: at(0, 16) + minutes(1) }, 'ada 1 09:00'],
    ['at fixed times alone', { release: at(0, 9) + minutes(1), constraints: { starts } }, 'ada 0 11:00'],
    ['at none of them', { release: at(0, 9) + 1, due: at(0, 11) + minutes(59), constraints: { starts } }, 'nowhere'],
  ])('%s', ([, more, where]) => {
    expect(whereIs(assign(question([order('a', [['ada']], more)], [person('ada')])), 'a')).toBe(where)
  })

  test('the least busy of a day, at fixed times', () => {
    const one = (name: string) => order(name, [['ada', 'ben', 'cem']], { due: at(1), constraints: { starts } })
    const answer = assign(question([one('a'), one('b'), one('c')], [person('ada'), person('ben'), person('cem')]))
    expect(['a', 'b', 'c'].map((name) => whereIs(answer, name).slice(-5))).toEqual(['09:00', '11:00', '09:00'])
  })

  test('over midnight, and at 23:59, where somebody works then', () => {
    const night = person('ada', {}, office('UTC', '00:00', '24:00'))
    const late = { timeZone: 'UTC', times: ['23:59'] }
    const answer = assign(question([order('a', [['ada']], { constraints: { starts: late } })], [night]))
    expect(whereIs(answer, 'a')).toBe('ada 0 23:59')
  })

  test('a time that clocks skip is none, one that they show twice is the first', () => {
    const zone = 'Europe/Berlin'
    const always = person('ada', {}, office(zone, '00:00', '24:00'))
    const on = (day: string, more = {}) => {
      const span = { startMs: msOf(`${day}T00:00:00Z`) - hours(3), endMs: msOf(`${day}T00:00:00Z`) + hours(20) }
      const constraints = { starts: { timeZone: zone, times: ['02:30'] }, ...more }
      const answer = assign(
        question([order('a', [['ada']], { constraints })], [always], { span, freezeMs: span.startMs }),
      )
      return answer.drafts.map(({ startMs }) => new Date(startMs).toISOString())
    }
    expect(on('2026-03-29')).toEqual([])
    expect(on('2026-10-25')).toEqual(['2026-10-25T00:30:00.000Z'])
  })

  test('nobody and nothing at all', () => {
    const answer = assign(question([order('a', [[]])], []))
    expect(answer.leftOut).toEqual([expect.objectContaining({ orderId: 'ord_a', code: 'NO_CAPABLE_ASSET' })])
    expect(assign(question([], [])).drafts).toEqual([])
  })
})

describe('limits', () => {
  test.for<[string, Parameters<typeof person>[1], Parameters<typeof type>[1], string]>([
    ['none', {}, {}, 'ada 0 11:00'],
    ['so many a day', { limits: { perDay: 2 } }, {}, 'ada 1 09:00'],
    ['so many a week', { limits: { perWeek: 2 } }, {}, 'ada 7 09:00'],
    ['so many hours a week', { limits: { hoursPerWeek: 2.5 } }, {}, 'ada 7 09:00'],
    ['exactly so many hours', { limits: { hoursPerWeek: 3 } }, {}, 'ada 0 11:00'],
    ['of a type on a day', {}, { perPersonPerDay: 1 }, 'ada 1 09:00'],
    ['of a type on a day, others not counted', {}, { perPersonPerDay: 2 }, 'ada 0 11:00'],
    ['a gap to other work', {}, { gapMinutes: 45 }, 'ada 0 11:45'],
    [
      'off for a day',
      { timeOff: [{ id: 'v', from: '2026-11-30', to: '2026-12-01', kind: 'vacation' }] },
      {},
      'ada 2 09:00',
    ],
    ['gone', { lastDay: '2026-11-29' }, {}, 'nowhere'],
  ])('%s', ([, more, of, where]) => {
    const claims = [claim('ada', at(0, 9), at(0, 10)), claim('ada', at(0, 10), at(0, 11), { type: 'core' })]
    const one = order('a', [['ada']], { type: 'core' }, { type: type('core', of) })
    expect(whereIs(assign(question([one], [person('ada', more)], { claims })), 'a')).toBe(where)
  })
})

describe('companions', () => {
  const visit = (orderId: `ord_${string}`) =>
    ({ orderId, minMinutes: 120, maxMinutes: 150, sameDay: true, timeZone: 'UTC', otherAssets: true }) as const

  test('have a place beside what they follow, which for that does not begin late on a day', () => {
    const orders = [
      order('core', [['ada', 'ben']], { release: at(0, 12), durationMinutes: 240 }),
      order('visit', [['ada', 'ben']], { durationMinutes: 30, follows: visit('ord_core') }),
    ]
    const answer = assign(question(orders, [person('ada'), person('ben')]))
    expect([whereIs(answer, 'core').slice(4), whereIs(answer, 'visit').slice(4)]).toEqual(['1 09:00', '1 15:00'])
    expect(answer.assigned.get('ord_core')?.because.at(-1)).toBe('What follows it has no place beside an earlier one.')
  })

  test('that have a place nowhere keep nobody from what they follow', () => {
    const orders = [
      order('core', [['ada', 'ben']], { release: at(0, 12), durationMinutes: 240 }),
      order('visit', [['ada', 'ben']], { durationMinutes: 240, follows: visit('ord_core') }),
    ]
    const answer = assign(question(orders, [person('ada'), person('ben')]))
    expect(whereIs(answer, 'core').slice(4)).toBe('0 12:00')
    expect(nobodyOf(answer, 'visit')).toMatchObject({ code: 'NOBODY_AVAILABLE' })
  })

  const follows = {
    orderId: 'ord_a' as const,
    minMinutes: 120,
    maxMinutes: 150,
    sameDay: true,
    timeZone: 'UTC',
    otherAssets: true,
  }

  test('come after what they follow, on that day, by somebody else', () => {
    const visit = order('b', [['ada', 'ben']], { follows, due: at(1) })
    const answer = assign(question([visit, order('a', [['ada']], { due: at(9) })], [person('ada'), person('ben')]))
    expect([whereIs(answer, 'a'), whereIs(answer, 'b')]).toEqual(['ada 0 09:00', 'ben 0 12:00'])
    expect(answer.assigned.get('ord_b')).toMatchObject({ wave: 'companion' })
  })

  test('wait where that has no place', () => {
    const visit = order('b', [['ada', 'ben']], { follows })
    const answer = assign(question([visit, order('a', [['ada']], { due: at(-1) })], [person('ada'), person('ben')]))
    expect(nobodyOf(answer, 'b')).toMatchObject({ code: 'WAITS_FOR_OTHER', message: expect.stringContaining('"a"') })
  })

  test('are left out where nobody else has time then, with what binds them', () => {
    const visit = order('b', [['ada']], { follows })
    const answer = assign(question([visit, order('a', [['ada']])], [person('ada')]))
    expect(whereIs(answer, 'a')).toBe('ada 0 09:00')
    expect(nobodyOf(answer, 'b')).toMatchObject({
      code: 'NOBODY_AVAILABLE',
      message: expect.stringContaining('on other assets'),
    })
  })
})

describe('swaps', () => {
  const full = { due: at(1) }
  const busy = (name: string, hour: number, more = {}) =>
    order(name, [['ada']], { due: at(9), ...more }, { slot: slot(name, ['ada'], at(0, hour)) })
  const short = person('ada', {}, office('UTC', '09:00', '11:00'))

  test('the latest due makes way, and is done elsewhere', () => {
    const orders = [busy('x', 9, { due: at(8) }), busy('y', 10), order('a', [['ada']], full)]
    const answer = assign(question(orders, [short]))
    expect(['a', 'x', 'y'].map((name) => whereIs(answer, name))).toEqual(['ada 0 10:00', 'ada 0 09:00', 'ada 1 09:00'])
    expect(answer.assigned.get('ord_a')?.swaps).toEqual([
      {
        orderId: 'ord_y',
        outcome: 'elsewhere',
        score: 9,
        reason:
          '"y" is due 2026-12-09T00:00:00.000Z (score 9, this one 1); it is done 2026-12-01 09:00 (UTC) by "ada" instead of 2026-11-30 10:00 (UTC) by "ada".',
      },
    ])
    expect(answer.assigned.get('ord_y')).toMatchObject({ bumpedBy: 'ord_a' })
    expect(answer.assigned.has('ord_x')).toBe(false)
  })

  test('who makes way is done earlier, if anybody has time then', () => {
    const later = order('x', [['ada', 'ben']], { due: at(9) }, { slot: slot('x', ['ada'], at(1, 9)) })
    const orders = [later, order('a', [['ada']], { release: at(1, 9), due: at(1, 10) })]
    const answer = assign(question(orders, [short, person('ben')]))
    expect(['a', 'x'].map((name) => whereIs(answer, name))).toEqual(['ada 1 09:00', expect.stringMatching(/ 0 09:00$/)])
    expect(answer.assigned.get('ord_a')?.swaps).toEqual([expect.objectContaining({ outcome: 'forward' })])
  })

  test('who makes way may have others make way, and of those the least urgent is left without a place', () => {
    const until = (day: number) => ({ release: monday, due: at(day) })
    const a = order('a', [['ada']], until(1))
    const x = order(
      'x',
      [['ada', 'ben']],
      { ...until(3), durationMinutes: 120 },
      { slot: slot('x', ['ada'], at(0, 9), { end: new Date(at(0, 11)).toISOString() }) },
    )
    const y = order(
      'y',
      [['ben']],
      { ...until(5), durationMinutes: 120 },
      { slot: slot('y', ['ben'], at(0, 9), { end: new Date(at(0, 11)).toISOString() }) },
    )
    const ben = person('ben', {}, office('UTC', '09:00', '11:00'))
    const claims = [claim('ada', at(1), at(9)), claim('ben', at(1), at(9))]
    const answer = assign(question([a, x, y], [short, ben], { claims }))
    expect(['a', 'x', 'y'].map((name) => whereIs(answer, name))).toEqual(['ada 0 09:00', 'ben 0 09:00', 'nowhere'])
    expect(answer.assigned.get('ord_a')?.swaps).toEqual([
      expect.objectContaining({ orderId: 'ord_x', outcome: 'elsewhere' }),
    ])
    expect(answer.assigned.get('ord_x')).toMatchObject({
      bumpedBy: 'ord_a',
      swaps: [{ orderId: 'ord_y', outcome: 'unassigned' }],
    })
    expect(nobodyOf(answer, 'y')).toMatchObject({ code: 'BUMPED', bumpedBy: 'ord_x', slotId: 'slt_y' })
  })

  test('what an order had bumped that is itself left without a place made way for who took that', () => {
    const hour = person('ada', {}, office('UTC', '09:00', '10:00'))
    const turns = [[{ assetId: 'ast_ada' as const, startMs: at(0), endMs: at(1) }]]
    const duty = order('d', [['ada']], { due: at(4), requirements: [{ duty: 'juicer', units: 1 }] }, { turns })
    const input = question([busy('x', 9), duty, order('a', [['ada']], full)], [hour], {
      claims: [claim('ada', at(1), at(14))],
    })
    const answer = assign(input)
    expect(['a', 'd', 'x'].map((name) => whereIs(answer, name))).toEqual(['ada 0 09:00', 'nowhere', 'nowhere'])
    expect(answer.assigned.get('ord_a')?.swaps).toEqual([
      expect.objectContaining({ orderId: 'ord_x', outcome: 'unassigned' }),
      expect.objectContaining({ orderId: 'ord_d', outcome: 'unassigned' }),
    ])
    expect(['x', 'd'].map((name) => nobodyOf(answer, name)?.bumpedBy)).toEqual(['ord_a', 'ord_a'])
  })

  test.for<[string, Parameters<typeof order>[2], Parameters<typeof slot>[3], string]>([
    ['may', {}, {}, 'ada 0 09:00'],
    ['locked softly', {}, { lock: 'soft' }, 'ada 0 09:00'],
    ['locked hard', {}, { lock: 'hard' }, 'nowhere'],
    ['executing', {}, { status: 'executing' }, 'nowhere'],
    ['due in less than two days', { due: at(2) - minutes(1) }, {}, 'nowhere'],
    ['due in two days', { due: at(2) }, {}, 'ada 0 09:00'],
    ['no date by which it is due', { due: undefined as never }, {}, 'ada 0 09:00'],
    ['bumped twice before', { timesBumped: 2 }, {}, 'ada 0 09:00'],
    ['bumped three times', { timesBumped: 3 }, {}, 'nowhere'],
    ['follows another', { follows: { orderId: 'ord_gone', minMinutes: 0 } }, {}, 'nowhere'],
    ['not to be assigned automatically', { byHandOnly: 'a visitor' }, {}, 'nowhere'],
    ['of a type that is gone', { type: 'gone' }, {}, 'nowhere'],
  ])('a slot makes way or not: %s', ([, more, of, where]) => {
    const { due = undefined, ...rest } = { due: at(9), ...more }
    const hour = person('ada', {}, office('UTC', '09:00', '10:00'))
    const x = order(
      'x',
      [['ada']],
      { ...rest, ...(due !== undefined && { due }) },
      { slot: slot('x', ['ada'], at(0, 9), of) },
    )
    expect(whereIs(assign(question([x, order('a', [['ada']], full)], [hour])), 'a')).toBe(where)
  })

  test.for([
    [0, 'nowhere'],
    [1, 'ada 0 10:00'],
  ] as const)('at most %i slots are changed', ([maxChanges, where]) => {
    const orders = [busy('x', 9), busy('y', 10, { due: at(10) }), order('a', [['ada']], full)]
    expect(whereIs(assign(question(orders, [short]), { maxChanges }), 'a')).toBe(where)
  })

  test('a swap that does not help is undone', () => {
    const two = order('a', [['ada']], { ...full, durationMinutes: 180 })
    const answer = assign(question([busy('x', 9), two], [short]))
    expect([whereIs(answer, 'x'), whereIs(answer, 'a'), answer.assigned.size]).toEqual(['ada 0 09:00', 'nowhere', 0])
  })

  test('what was given a place in this run makes way like a slot', () => {
    const turns = [[{ assetId: 'ast_ada' as const, startMs: at(0), endMs: at(3) }]]
    const duty = order('d', [['ada']], { due: at(9), requirements: [{ duty: 'juicer', units: 1 }] }, { turns })
    const hour = person('ada', {}, office('UTC', '09:00', '10:00'))
    const answer = assign(question([duty, order('a', [['ada']], full)], [hour]))
    expect(['a', 'd'].map((name) => whereIs(answer, name))).toEqual(['ada 0 09:00', 'ada 1 09:00'])
    expect(answer.assigned.get('ord_d')).toMatchObject({ wave: 'duty', bumpedBy: 'ord_a' })
  })
})

describe('waves', () => {
  test('duties come before what is more urgent, companions after what is less', () => {
    const turns = [[{ assetId: 'ast_ada' as const, startMs: at(0), endMs: at(3) }]]
    const duty = order('d', [['ada']], { due: at(1, 20), requirements: [{ duty: 'juicer', units: 1 }] }, { turns })
    const visit = order('v', [['ada']], { due: at(1), follows: { orderId: 'ord_r', minMinutes: 0 } })
    const answer = assign(question([visit, order('r', [['ada']], { due: at(1) }), duty], [person('ada')]))
    expect(['d', 'r', 'v'].map((name) => whereIs(answer, name))).toEqual(['ada 0 09:00', 'ada 0 10:00', 'ada 0 11:00'])
    expect(['d', 'r', 'v'].map((name) => answer.assigned.get(`ord_${name}`)?.wave)).toEqual([
      'duty',
      'rest',
      'companion',
    ])
  })

  test('what found no place is tried once more when others have moved', () => {
    const wide = slot('w', ['ada'], at(0, 9), { end: new Date(at(0, 11)).toISOString() })
    const orders = [
      order('w', [['ada', 'ben']], { due: at(5), durationMinutes: 120 }, { slot: wide }),
      order('f', [['ada']], { due: at(6) }),
      order('p', [['cem']], { due: at(1) }),
      order('c', [['ada']], { due: at(1), follows: { orderId: 'ord_p', minMinutes: 0, maxMinutes: 0 } }),
    ]
    const people = [
      person('ada', {}, office('UTC', '09:00', '11:00')),
      person('ben'),
      person('cem', {}, office('UTC', '08:00', '09:00')),
    ]
    const claims = [claim('ada', at(1), at(7)), claim('ben', at(0), at(1))]
    const answer = assign(question(orders, people, { claims }))
    const where = ['p', 'c', 'w', 'f'].map((name) => whereIs(answer, name))
    expect(where).toEqual(['cem 0 08:00', 'ada 0 09:00', 'ben 1 09:00', 'ada 0 10:00'])
    expect(answer.assigned.get('ord_f')).toMatchObject({ wave: 'rescue' })
  })
})

describe('what is left out', () => {
  test('is told with numbers that are true', () => {
    const off = { timeOff: [{ id: 'v', from: '2026-11-30', to: '2026-12-04', kind: 'vacation' as const }] }
    const limited = [person('cem', { limits: { perDay: 1 } }), person('eve', { limits: { perDay: 2 } })]
    const people = [person('ada', off), person('ben', off), ...limited, person('dev')]
    const claims = [
      ...[0, 1].map((day) => claim('cem', at(day, 9), at(day, 10))),
      ...[0, 1].map((day) => claim('dev', at(day), at(day + 1))),
      ...[0, 1].flatMap((day) => [9, 12].map((hour) => claim('eve', at(day, hour), at(day, hour + 1)))),
    ]
    const answer = assign(
      question([order('a', [['ada', 'ben', 'cem', 'dev', 'eve']], { due: at(2) })], people, { claims }),
    )
    expect(answer.leftOut).toEqual([
      {
        orderId: 'ord_a',
        code: 'NOBODY_AVAILABLE',
        message:
          'Nobody has time for it from 2026-11-30 00:00 (UTC) to 2026-12-02 00:00 (UTC). Of those who may, 5 can do "lab": 2 away all of that time (vacation) ("ada", "ben"); 1 with 1 of 1 a day ("cem"); 1 booked ("dev"); 1 with 2 of 2 a day ("eve").',
        remedy: 'Give it more time, or qualify somebody else for it.',
      },
    ])
  })

  test.for<[string, Parameters<typeof order>[2], string]>([
    ['by hand alone', { byHandOnly: 'the customer chooses' }, 'BY_HAND_ONLY'],
    ['a type that is gone', { type: 'gone' }, 'UNKNOWN_TYPE'],
    ['due in the past', { due: at(-1) }, 'INVALID_WINDOW'],
    ['shorter than it takes', { due: at(0) + minutes(30) }, 'INVALID_WINDOW'],
    ['within the freeze window', { due: at(0, 2) }, 'INSIDE_FREEZE'],
    ['nobody works then', { due: at(0, 8) }, 'NOBODY_AVAILABLE'],
    ['nobody has the duty', { requirements: [{ duty: 'juicer', units: 1 }] }, 'NOBODY_AVAILABLE'],
  ])('%s', ([, more, code]) => {
    const turns = more?.requirements ? { turns: [[]] } : {}
    const input = question([order('a', [['ada']], more, turns)], [person('ada')], { freezeMs: at(0, 2) })
    expect(assign(input).leftOut).toEqual([expect.objectContaining({ code, remedy: expect.any(String) })])
  })

  test('fixed times that all lie outside are named', () => {
    const constraints = { starts: { timeZone: 'UTC', times: ['07:00', '11:30'] } }
    const input = question([order('a', [['ada']], { release: at(0, 8), due: at(0, 12), constraints })], [person('ada')])
    expect(assign(input).leftOut).toEqual([
      expect.objectContaining({ code: 'INVALID_WINDOW', message: expect.stringContaining('07:00, 11:30 (UTC)') }),
    ])
  })

  test('a slot of what is none of its business stays', () => {
    const x = order('x', [['ada']], { byHandOnly: 'a visitor' }, { slot: slot('x', ['ada'], at(0, 9)) })
    const answer = assign(question([x], [person('ada')]))
    expect([whereIs(answer, 'x'), answer.leftOut, answer.assigned.size]).toEqual(['ada 0 09:00', [], 0])
  })

  test('a slot that cannot stay is put elsewhere, and is no change that counts', () => {
    const x = order('x', [['ada']], {}, { slot: slot('x', ['ada'], at(0, 9)), mayStay: false, notBefore: at(1) })
    expect(whereIs(assign(question([x], [person('ada')]), { maxChanges: 0 }), 'x')).toBe('ada 1 09:00')
  })
})

test('what follows an order whose slot cannot stay goes along', () => {
  const follows = { orderId: 'ord_x' as const, minMinutes: 0, sameDay: true, timeZone: 'UTC' }
  const x = order('x', [['ada']], {}, { slot: slot('x', ['ada'], at(0, 9)), mayStay: false, notBefore: at(1) })
  const y = order('y', [['ada']], { follows }, { slot: slot('y', ['ada'], at(0, 12)) })
  const answer = assign(question([y, x], [person('ada')]), { maxChanges: 0 })
  expect(['x', 'y'].map((name) => whereIs(answer, name))).toEqual(['ada 1 09:00', 'ada 1 10:00'])
})

test('what is placed when the time is over is answered', () => {
  let left = 2
  const orders = Array.from({ length: 5 }, (_, index) => order(`o${index}`, [['ada']], { due: at(index + 1) + dayMs }))
  const answer = assign(question(orders, [person('ada')]), {}, { isOver: () => left-- <= 0, isExplained: () => false })
  expect(answer.cutShort).toBe(true)
  expect(answer.drafts).toHaveLength(2)
  expect(answer.leftOut.map(({ code }) => code)).toEqual(Array(3).fill('NOT_FOUND_IN_BUDGET'))
})
