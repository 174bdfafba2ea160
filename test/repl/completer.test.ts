import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {CommandBench} from '../helpers/command-bench.js'
import {ana, bob, FakeConversation} from '../helpers/fake-conversation.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {eventLoopTurns} from '../helpers/until.js'

const carol = {id: 3, nick: 'carol'}
const boris = {id: 4, nick: 'Boris'}

function bench(options: {cwd?: string; home?: string} = {}) {
  const conversation = new FakeConversation()
  conversation.others = [bob, carol, boris]
  return new CommandBench(conversation, options)
}

/** The lines that Tab may make of one whose cursor is at `|`, or at its end. */
async function completed(line: string, of = bench()): Promise<string[]> {
  const cursor = line.includes('|') ? line.indexOf('|') : line.length
  const plain = line.replace('|', '')
  const {start, candidates} = await of.shell.complete(plain, cursor)
  return candidates.map(({value}) => plain.slice(0, start) + value + plain.slice(cursor))
}

describe('completion of commands', () => {
  it.each([
    ['/dec', ['/decline ']],
    ['/DEC', ['/decline ']],
    ['/me', ['/me ']],
    ['/acc', ['/accept ']],
    ['/xyz', []],
    ['/de|x', ['/decline x']],
  ])('makes of %s %j', async (line, lines) => {
    expect(await completed(line)).toEqual(lines)
  })

  it('lists all with what they do', async () => {
    const {candidates} = await bench().shell.complete('/', 1)
    expect(candidates).toContainEqual({value: '/who ', label: '/who', summary: 'lists who is here'})
    expect(candidates.length).toBeGreaterThan(20)
  })

  it('has nothing for what is no command, and for what takes nothing', async () => {
    expect(await completed('/xyz a')).toEqual([])
    expect(await completed('/who b')).toEqual([])
    expect(await completed('/help fi')).toEqual(['/help file '])
  })
})

describe('completion of flags', () => {
  it.each([
    ['/file --', ['/file --to ', '/file --exclude ', '/file --links ', '/file --no-resume ']],
    ['/file a --l', ['/file a --links ']],
    [
      '/file --links --exclude x --',
      [
        '/file --links --exclude x --to ',
        '/file --links --exclude x --exclude ',
        '/file --links --exclude x --no-resume ',
      ],
    ],
    ['/file --to b', ['/file --to bob ', '/file --to Boris ']],
    ['/file --to=c', ['/file --to=carol ']],
    ['/file --to a', ['/file --to all ']],
    ['/file -- --', []],
    ['/who --', []],
  ])('makes of %s %j', async (line, lines) => {
    expect(await completed(line, bench({cwd: temporaryDirectory()}))).toEqual(lines)
  })

  it('says what each is for', async () => {
    const {candidates} = await bench().shell.complete('/file --li', 10)
    expect(candidates).toEqual([{value: '--links ', label: '--links', summary: 'takes links along that stay inside'}])
  })
})

describe('completion of nicks', () => {
  it.each([
    ['b', ['bob: ', 'Boris: ']],
    ['  car', ['  carol: ']],
    ['hello c', ['hello carol ']],
    ['hello ', ['hello bob ', 'hello carol ', 'hello Boris ']],
    ['//x c', ['//x carol ']],
    ['/msg c', ['/msg carol ']],
    ['/msg carol as b', ['/msg carol as bob ', '/msg carol as Boris ']],
    ["/me isn't c", ["/me isn't carol "]],
    ['/verify bor', ['/verify Boris ']],
    ['x', []],
  ])('makes of %j %j', async (line, lines) => {
    expect(await completed(line)).toEqual(lines)
  })

  it('shows no nick that a terminal would act on', async () => {
    const of = bench()
    of.conversation.others = [{id: 5, nick: 'eve\u001b[2J'}]
    const {candidates} = await of.shell.complete('/msg e', 6)
    expect(candidates[0]?.label).toBe('eve\\u{1b}[2J')
  })
})

describe('completion of numbers', () => {
  it('says of each what it is', async () => {
    const of = bench()
    const file = {transfer: 3, name: 'a\u001b.pdf', bytes: 4_200_000}
    of.conversation.waiting = [{...file, from: bob, files: 1, mediaType: 'text/plain'}]
    of.conversation.running = [
      {...file, transfer: 4, direction: 'send', peer: carol, bytes: null, moved: 0, rate: 0, state: 'moving'},
    ]
    expect((await of.shell.complete('/get ', 5)).candidates).toEqual([
      {value: '3 ', label: '3', summary: 'a\\u{1b}.pdf  4.2 MB  from bob'},
    ])
    expect((await of.shell.complete('/pause ', 7)).candidates).toEqual([
      {value: '4 ', label: '4', summary: 'a\\u{1b}.pdf  to carol'},
    ])
    expect(await completed('/get 3 ', of)).toEqual([])
  })

  it('knows what did not arrive', async () => {
    const of = bench()
    await of.submit('/file x.txt --to bob')
    of.conversation.outgoing[0]!.fail(new ChatctlError('connection-lost', 'gone'))
    await eventLoopTurns(5)
    expect((await of.shell.complete('/retry ', 7)).candidates).toEqual([
      {value: '1 ', label: '1', summary: 'x.txt  to bob'},
    ])
  })

  it('knows the remembered devices', async () => {
    const of = bench()
    of.conversation.remembered = [{name: 'nas', fingerprint: 'f'.repeat(64), since: '2026-01-01T00:00:00Z'}]
    expect(await completed('/forget ', of)).toEqual(['/forget nas '])
  })
})

describe('completion of paths', () => {
  async function place() {
    const home = temporaryDirectory()
    const cwd = join(home, 'work')
    await mkdir(join(cwd, 'My Documents'), {recursive: true})
    await mkdir(join(cwd, 'src'))
    for (const name of ['report.pdf', `it's "new".txt`, '2', '-x', '.hidden', 'evil\nname', 'Src.txt'])
      await writeFile(join(cwd, name), '')
    await writeFile(join(cwd, 'My Documents', 'a b.txt'), '')
    return bench({cwd, home})
  }

  it.each([
    ['/file rep', ['/file report.pdf ']],
    ['/file s', ['/file src/', '/file Src.txt ']],
    ['/cd s', ['/cd src/']],
    ['/file My', [String.raw`/file My\ Documents/`]],
    ['/file "My', ['/file "My Documents/']],
    ['/file "My Documents/', ['/file "My Documents/a b.txt" ']],
    [String.raw`/file My\ Documents/a`, [String.raw`/file My\ Documents/a\ b.txt `]],
    ['/file it', [String.raw`/file it\'s\ \"new\".txt `]],
    ['/file 2', ['/file ./2 ']],
    ['/file ./-', ['/file ./-x ']],
    ['/file .', ['/file .hidden ']],
    ['/file ~', ['/file ~/']],
    ['/file ~/w', ['/file ~/work/']],
    ['/cd ~/', ['/cd ~/work/']],
    ['/file evil', []],
    ['/file nowhere/x', []],
    ['/file report.pdf re| --to bob', ['/file report.pdf report.pdf  --to bob']],
  ])('makes of %s %j', async (line, lines) => {
    expect(await completed(line, await place())).toEqual(lines)
  })

  it('shows of a path its last name', async () => {
    const of = await place()
    expect((await of.shell.complete('/file ~/work/s', 14)).candidates.map(({label}) => label)).toEqual([
      'src/',
      'Src.txt',
    ])
  })

  it('makes words that mean what was proposed, whatever a file is called', async () => {
    const name = fc
      .string({unit: 'grapheme', minLength: 1, maxLength: 20})
      .filter(text => !/[/\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text) && !text.startsWith('.'))
    await fc.assert(
      fc.asyncProperty(name, fc.constantFrom('', '"', "'"), async (called, quote) => {
        const cwd = temporaryDirectory()
        await writeFile(join(cwd, called), '').catch(() => fc.pre(false))
        const of = bench({cwd})
        const [line = ''] = await completed(`/file ${quote}`, of)
        await of.submit(line)
        expect(of.conversation.outgoing.map(({path}) => path)).toEqual([join(cwd, called)])
      }),
      {numRuns: 60},
    )
  })
})

describe('a hint', () => {
  it.each([
    ['/msg', 'NICK TEXT'],
    ['/msg ', 'NICK TEXT'],
    ['/msg bob', 'TEXT'],
    ['/msg bob hi', ''],
    ['/get 1', '[AS]'],
    ['/file', 'PATH... [--to NICK|all] [--exclude GLOB]... [--links] [--no-resume]'],
    ['/file a --to', 'NICK|all'],
    ['/file a --to bob --links', '[--exclude GLOB]... [--no-resume]'],
    ['/who', ''],
    ['/nothing-like-it', ''],
    ['hello', ''],
    ['//msg', ''],
    ['', ''],
  ])('behind %j is %j', (line, hint) => {
    expect(bench().shell.hint(line)).toBe(hint)
  })

  it('and completion have something to say, or nothing, for any line', async () => {
    const of = bench({cwd: temporaryDirectory()})
    const pieces = fc.constantFrom(
      '/',
      '/file ',
      '--',
      '--to',
      '=',
      ' ',
      '"',
      "'",
      '\\',
      'bob',
      '~',
      '2',
      '\n',
      'é',
      '/msg ',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, {maxLength: 8}), async parts => {
        const line = parts.join('')
        expect(of.shell.hint(line)).toEqual(expect.any(String))
        const {start} = await of.shell.complete(line, line.length)
        expect(start).toBeLessThanOrEqual(line.length)
      }),
    )
  })
})

it('knows itself by no name but others', async () => {
  expect(await completed(ana.nick)).toEqual([])
})
