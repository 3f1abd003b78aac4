/** Hamilton PCs run Windows; what differs there is kept in small pieces that can be tested anywhere. */
import { win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quoteForWindows, splitWindowsCommandLine, windowsCommandLine } from '#agent/programs/command-line.ts'
import { isInside, pathTrouble } from '#agent/programs/find-file.ts'
import { descendantsOf, readList, stopCommand, windowsTree } from '#agent/programs/windows-tree.ts'

describe('command lines', () => {
  test('are taken apart into what they were put together from', () => {
    const argument = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t', 'µ', '%'), maxLength: 12 })
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
        const line = windowsCommandLine('C:\\Program Files (x86)\\HAMILTON\\Bin\\HxRun.exe', args)
        expect(splitWindowsCommandLine(line)).toEqual(['C:\\Program Files (x86)\\HAMILTON\\Bin\\HxRun.exe', ...args])
      }),
    )
  })

  // From Microsoft's description of how the C runtime takes a command line apart.
  test.for([
    ['"abc" d e', ['abc', 'd', 'e']],
    ['a\\\\b d"e f"g h', ['a\\\\b', 'de fg', 'h']],
    ['a\\\\\\"b c d', ['a\\"b', 'c', 'd']],
    ['a\\\\\\\\"b c" d e', ['a\\\\b c', 'd', 'e']],
    ['a"b"" c d', ['ab" c d']],
  ] as const)('%s', ([line, args]) => {
    expect(splitWindowsCommandLine(line)).toEqual(args)
  })

  test('quote what must be quoted and nothing else', () => {
    expect(['-t', 'C:\\Methods\\Wash.med', '', 'a b', 'ends\\ '].map(quoteForWindows)).toEqual([
      '-t',
      'C:\\Methods\\Wash.med',
      '""',
      '"a b"',
      '"ends\\ "',
    ])
  })
})

describe('paths', () => {
  test.for([
    ['C:\\Methods', 'C:\\Methods\\Wash.med', true],
    ['C:\\Methods', 'c:\\methods\\sub\\Wash.med', true],
    ['C:\\Methods', 'C:\\Methods2\\Wash.med', false],
    ['C:\\Methods', 'C:\\Methods', false],
    ['C:\\Methods', 'D:\\Methods\\Wash.med', false],
    ['C:\\Methods', 'C:\\Methods\\..\\Windows\\x.med', false],
    ['\\\\server\\share\\Methods', '\\\\server\\share\\Methods\\Wash.med', true],
    ['\\\\server\\share\\Methods', '\\\\other\\share\\Methods\\Wash.med', false],
  ] as const)('below %s, %s: %s', ([root, path, inside]) => {
    expect(isInside(root, path, win32)).toBe(inside)
  })

  test.for(['NUL', 'sub\\con.med', 'COM1', 'a:b.med', 'wash?.med', 'wash.med.', 'trailing \\x.med', 'C:\\a|b'])(
    '%s is none that Windows takes',
    (path) => {
      expect(pathTrouble(path, 'win32')).toBeDefined()
    },
  )

  test.for(['Wash.med', 'C:\\Methods\\Daily wash.med', '.\\sub\\..\\console.med', 'lpt.med', 'µL.med'])(
    '%s is',
    (path) => {
      expect(pathTrouble(path, 'win32')).toBeUndefined()
    },
  )
})

describe('trees of processes', () => {
  const row = (pid: number, parent: number, startedMs: number, name = 'x.exe') => ({ pid, parent, startedMs, name })

  test('are what was started by what was started, and never older than its parent', () => {
    const rows = [row(1, 0, 0), row(10, 1, 100), row(11, 10, 110), row(12, 11, 120), row(20, 1, 50), row(21, 10, 60)]
    // 21 names 10 as its parent, but is older: the number was given away meanwhile.
    expect(descendantsOf(rows, 10).map(({ pid }) => pid)).toEqual([10, 11, 12])
    // The leader is gone, what it started is not.
    expect(descendantsOf(rows.slice(2), 10).map(({ pid }) => pid)).toEqual([11, 21, 12])
  })

  test('a ring of parents ends', () => {
    expect(descendantsOf([row(1, 2, 5), row(2, 1, 5)], 1)).toHaveLength(2)
  })

  test('the list is read whether it is one process or many', () => {
    const one = '{"ProcessId":4,"ParentProcessId":0,"Name":"System","StartedMs":null}'
    expect(readList(one)).toEqual([{ pid: 4, parent: 0, name: 'System', startedMs: 0 }])
    expect(readList(`[${one},${one}]`)).toHaveLength(2)
  })

  test('stopping asks what was started, and takes the keeper last', async () => {
    const ran: string[] = []
    const list = JSON.stringify([
      { ProcessId: 10, ParentProcessId: 1, Name: 'node.exe', StartedMs: 1 },
      { ProcessId: 11, ParentProcessId: 10, Name: 'HxRun.exe', StartedMs: 2 },
    ])
    const tree = windowsTree(async (program, args) => {
      ran.push([program, ...args].join(' '))
      return program === 'powershell.exe' ? list : ''
    })
    expect(await tree.alive(10)).toBe(true)
    expect(await tree.alive(99)).toBe(false)
    ran.length = 0
    await tree.signal(10, 'ask')
    expect(ran.slice(1)).toEqual(['taskkill.exe /PID 11 /T'])
    expect(stopCommand(10, 'kill')).toEqual(['taskkill.exe', ['/PID', '10', '/T', '/F']])
  })
})
