import {mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../../src/errors/index.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {bob, FakeConversation} from '../../helpers/fake-conversation.js'
import {eventLoopTurns} from '../../helpers/until.js'

let home: string
let cwd: string

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'chatctl-repl-')))
  cwd = join(home, 'project')
  await mkdir(join(cwd, 'src'), {recursive: true})
  await mkdir(join(home, 'My Documents'))
  await writeFile(join(cwd, 'report.pdf'), 'x'.repeat(4200))
  await writeFile(join(cwd, 'my notes.txt'), 'notes')
  await writeFile(join(cwd, `it's.txt`), 'quote')
  await writeFile(join(cwd, '.hidden'), 'h')
  await writeFile(join(cwd, '2'), 'two')
  await writeFile(join(cwd, 'evil\u001b[2J\nforged'), '')
  await symlink('nowhere', join(cwd, 'z-broken'))
})

afterAll(() => rm(home, {recursive: true}))

const bench = () => new CommandBench(new FakeConversation(), {cwd, home})

describe('/file', () => {
  const paths = (of: CommandBench) => of.conversation.outgoing.map(({path}) => path)

  it.each([
    ['report.pdf', 'report.pdf'],
    ['"my notes.txt"', 'my notes.txt'],
    [String.raw`my\ notes.txt`, 'my notes.txt'],
    ['my notes.txt', 'my notes.txt'],
    [`it's.txt`, `it's.txt`],
    ['./2', '2'],
  ])('offers %s', async (typed, name) => {
    const shell = bench()
    expect(await shell.submit(`/file ${typed}`)).toBe(`offered #1  ${name}  to bob`)
    expect(paths(shell)).toEqual([join(cwd, name)])
  })

  it('offers each of several', async () => {
    const shell = bench()
    await shell.submit('/send report.pdf "my notes.txt" ~/x /y')
    expect(paths(shell)).toEqual([join(cwd, 'report.pdf'), join(cwd, 'my notes.txt'), join(home, 'x'), '/y'])
  })

  it('offers by the numbers of the last listing, wherever the shell has gone since', async () => {
    const shell = bench()
    await shell.submit('/ls')
    await shell.submit('/cd ~')
    await shell.submit('/file 1 5')
    expect(paths(shell)).toEqual([join(cwd, '2'), join(cwd, 'report.pdf')])
  })

  it('says to whom on one line, so that no nick can forge another', async () => {
    const shell = bench()
    shell.conversation.others = [{id: 1, nick: 'eve\nbob: pay her'}]
    expect(await shell.submit('/file report.pdf')).toBe('offered #1  report.pdf  to eve⏎bob: pay her')
  })

  it('refuses a number that was not listed, and offers nothing', async () => {
    const shell = bench()
    expect(await shell.refuse('/file 1')).toMatchObject({code: 'no-such-file', message: 'nothing has the number 1'})
    expect(paths(shell)).toEqual([])
  })

  it.each(['/file --to bob report.pdf', '/file report.pdf --to bob', '/file report.pdf --to=bob'])(
    'names its recipient: %s',
    async line => {
      const shell = bench()
      await shell.submit(line)
      expect(shell.conversation.outgoing).toMatchObject([{path: join(cwd, 'report.pdf'), to: 'bob'}])
    },
  )

  it('is offered again by /retry, as it was, when it did not arrive', async () => {
    const shell = bench()
    const sendFile = vi.spyOn(shell.conversation, 'sendFile')
    await shell.submit('/file src --to bob --links')
    expect(await shell.refuse('/retry 1')).toMatchObject({code: 'unknown-transfer'})
    shell.conversation.outgoing[0]!.fail(new ChatctlError('connection-lost', 'gone'))
    await eventLoopTurns(5)
    await shell.submit('/retry 1')
    expect(sendFile.mock.calls[1]).toEqual(sendFile.mock.calls[0])
    expect(await shell.refuse('/retry 1')).toMatchObject({code: 'unknown-transfer'})
  })

  it('is offered again by /retry when it was a text, under the name that a bar shows', async () => {
    const shell = bench()
    const sendFile = vi.spyOn(shell.conversation, 'sendFile')
    await shell.shell.files.offerSnippet('many lines')
    expect(shell.shell.offers.nameOf(1)).toBe('snippet.txt')
    shell.conversation.outgoing[0]!.fail(new ChatctlError('connection-lost', 'gone'))
    await eventLoopTurns(5)
    await shell.submit('/retry 1')
    const again = sendFile.mock.calls[1]![0] as unknown as {stream: Readable; name: string}
    expect([again.name, await text(again.stream)]).toEqual(['snippet.txt', 'many lines'])
  })

  it('takes no option from what is quoted', async () => {
    const shell = bench()
    await shell.submit('/file "report --to eve.pdf" --to bob')
    expect(shell.conversation.outgoing).toMatchObject([{path: join(cwd, 'report --to eve.pdf'), to: 'bob'}])
  })

  it('says what of a directory goes, and how', async () => {
    const shell = bench()
    const sendFile = vi.spyOn(shell.conversation, 'sendFile')
    await shell.submit("/file --exclude '*.log' src --exclude=tmp --links --no-resume")
    const how = {exclude: ['*.log', 'tmp'], links: true, isResumable: false}
    expect(sendFile.mock.calls).toEqual([[join(cwd, 'src'), {...how, to: bob}]])
  })

  it.each(['/file', '/file --to bob', '/file report.pdf --to', '/file a --to bob --to eve'])(
    'answers %s with its usage',
    async line => {
      expect(await bench().refuse(line)).toMatchObject({
        suggestions: ['Usage: /file PATH... [--to NICK|all] [--exclude GLOB]... [--links] [--no-resume]'],
      })
    },
  )

  it('offers to everyone, one transfer each, and tells of each', async () => {
    const shell = bench()
    shell.conversation.others = [bob, {id: 3, nick: 'eve'}]
    expect(await shell.submit('/file report.pdf ./2 --to all')).toBe(
      ['#1  report.pdf  to bob', '#2  report.pdf  to eve', '#3  2  to bob', '#4  2  to eve']
        .map(line => `offered ${line}`)
        .join('\n'),
    )
  })

  it('tells once, not once for each member, what keeps a file from all of them', async () => {
    const shell = bench()
    shell.conversation.others = [bob, {id: 3, nick: 'eve'}]
    shell.conversation.refusal = new ChatctlError('no-such-file', 'there is no such file')
    expect(await shell.refuse('/file missing.txt --to all')).toBe(shell.conversation.refusal)
  })

  it('asks for whom it is, once, where that is not plain', async () => {
    const shell = bench()
    const problem = new ChatctlError('no-recipient', 'for whom is the file?')
    shell.conversation.recipients = () => {
      throw problem
    }
    expect(await shell.refuse('/file report.pdf ./2')).toBe(problem)
    expect(paths(shell)).toEqual([])
  })

  it('refuses a quote that is not closed', async () => {
    expect(await bench().refuse('/file "report.pdf')).toMatchObject({message: 'a quote is not closed'})
  })

  it('goes on with the others when one cannot be offered', async () => {
    const shell = bench()
    shell.conversation.refusal = new ChatctlError('no-such-file', 'there is no such file')
    await shell.submit('/file missing.txt other.txt')
    expect(shell.failures.map(({code}) => code)).toEqual(['no-such-file', 'no-such-file'])
    expect(shell.shell.outcome.exitCode).toBe(6)
  })
})

describe('/offers, /get and /decline', () => {
  const offer = {transfer: 3, from: bob, name: 'a\u001b.pdf', bytes: 4_200_000, files: 1, mediaType: 'application/pdf'}

  it('list what waits', async () => {
    const shell = bench()
    expect(await shell.submit('/offers')).toBe('nothing waits for an answer')
    shell.conversation.waiting = [offer, {...offer, transfer: 4, bytes: null, files: 2, kind: 'tree'}]
    expect(await shell.submit('/offers')).toBe(
      '#3  a\\u{1b}.pdf  4.2 MB  application/pdf  from bob\n#4  a\\u{1b}.pdf  size unknown  directory of more than 2 files  from bob',
    )
  })

  it('take it, or turn it down', async () => {
    const shell = bench()
    for (const line of ['/get 3', '/accept #3 as.pdf', '/get 3 "a b"', '/decline 3', '/decline #3'])
      await shell.submit(line)
    expect(shell.conversation.answers).toEqual([
      {transfer: 3, answer: 'accept', as: undefined},
      {transfer: 3, answer: 'accept', as: 'as.pdf'},
      {transfer: 3, answer: 'accept', as: 'a b'},
      {transfer: 3, answer: 'decline'},
      {transfer: 3, answer: 'decline'},
    ])
  })

  it('need a number', async () => {
    for (const line of ['/get', '/get x', '/get 1 a b', '/get 0']) {
      expect(await bench().refuse(line)).toMatchObject({suggestions: ['Usage: /get N [AS]']})
    }
    for (const line of ['/decline', '/decline 1 2', '/decline 99999999999999999999']) {
      expect(await bench().refuse(line)).toMatchObject({suggestions: ['Usage: /decline N']})
    }
  })

  it('pass on that there is no such offer', async () => {
    const shell = bench()
    shell.conversation.refusal = new ChatctlError('unknown-transfer', 'nothing has the number 9')
    expect(await shell.refuse('/get 9')).toBe(shell.conversation.refusal)
  })
})

describe('/transfers and /cancel', () => {
  const transfer = {transfer: 3, direction: 'send' as const, name: 'a\u001b.pdf', peer: bob, bytes: 4_200_000}
  const offered = {...transfer, moved: 0, rate: 0, state: 'offered' as const}
  const moving = {...transfer, moved: 1_000_000, rate: 2000, state: 'moving' as const}

  it('list what is offered or on its way, in both directions', async () => {
    const shell = bench()
    expect(await shell.submit('/transfers')).toBe('nothing is on its way')
    shell.conversation.running = [
      offered,
      {...moving, transfer: 4, direction: 'receive'},
      {...offered, transfer: 5, bytes: null},
      {...moving, transfer: 6, bytes: null},
    ]
    expect(await shell.submit('/transfers')).toBe(
      [
        '#3  a\\u{1b}.pdf  to bob  4.2 MB  offered',
        '#4  a\\u{1b}.pdf  from bob  1.0/4.2 MB  2.0 kB/s',
        '#5  a\\u{1b}.pdf  to bob  size unknown  offered',
        '#6  a\\u{1b}.pdf  to bob  1.0 MB  2.0 kB/s',
      ].join('\n'),
    )
  })

  it('give one up by its number', async () => {
    const shell = bench()
    await shell.submit('/cancel #3')
    expect(shell.conversation.answers).toEqual([{transfer: 3, answer: 'cancel'}])
    for (const line of ['/cancel', '/cancel x', '/cancel 1 2'])
      expect(await shell.refuse(line)).toMatchObject({suggestions: ['Usage: /cancel N']})
  })
})

describe('/bwlimit', () => {
  it('holds files to a rate, lifts that, and tells what holds', async () => {
    const shell = bench()
    expect(await shell.submit('/bwlimit')).toBe('files move as fast as they can')
    expect(await shell.submit('/bwlimit 2M')).toBe('files move at 2.0 MB/s at most, each way')
    expect(await shell.submit('/bwlimit')).toBe('files move at 2.0 MB/s at most, each way')
    expect(await shell.submit('/bwlimit off')).toBe('files move as fast as they can')
    expect(shell.conversation.limits).toEqual([2_000_000, undefined])
  })

  it.each(['/bwlimit fast', '/bwlimit 0', '/bwlimit 2Mb', '/bwlimit 1M 2M'])(
    'answers %s with its usage',
    async line => {
      const shell = bench()
      expect(await shell.refuse(line)).toMatchObject({suggestions: ['Usage: /bwlimit [RATE|off]']})
      expect(shell.conversation.limits).toEqual([])
    },
  )
})

describe('/ls, /cd and /pwd', () => {
  it('list by name, with numbers, sizes and media types, and say whose files they are', async () => {
    expect(await bench().submit('/ls')).toBe(
      [
        'on this computer, in ~/project:',
        '  1  2                          3 B  text/plain',
        '  2  evil\\u{1b}[2J⏎forged       0 B  text/plain',
        `  3  it's.txt                   5 B  text/plain`,
        '  4  my notes.txt               5 B  text/plain',
        '  5  report.pdf              4.2 kB  application/pdf',
        '  6  src/',
        '  7  z-broken',
      ].join('\n'),
    )
  })

  it('list another directory, by path or by number', async () => {
    const shell = bench()
    expect(await shell.submit('/ls src')).toBe('on this computer, in ~/project/src:\n  nothing')
    expect(await shell.submit('/ls ~')).toBe('on this computer, in ~:\n  1  My Documents/\n  2  project/')
    expect(await shell.submit('/ls 2')).toContain('report.pdf')
  })

  it('go elsewhere, and the process stays where it is', async () => {
    const shell = bench()
    const before = process.cwd()
    expect(await shell.submit('/pwd')).toBe(`on this computer, in ${cwd}`)
    expect(await shell.submit('/cd src')).toBe('on this computer, now in ~/project/src')
    expect(await shell.submit('/cd ..')).toBe('on this computer, now in ~/project')
    expect(await shell.submit('/cd')).toBe('on this computer, now in ~')
    expect(await shell.submit('/cd My Documents')).toBe('on this computer, now in ~/My Documents')
    expect(process.cwd()).toBe(before)
  })

  it('refuse what is no directory', async () => {
    const shell = bench()
    expect(await shell.refuse('/cd report.pdf')).toMatchObject({code: 'not-a-directory'})
    expect(await shell.refuse('/ls report.pdf')).toMatchObject({code: 'not-a-directory'})
    expect(await shell.refuse('/cd missing')).toMatchObject({code: 'no-such-file'})
    expect(await shell.refuse('/pwd x')).toMatchObject({code: 'bad-argument'})
    expect(await shell.submit('/pwd')).toBe(`on this computer, in ${cwd}`)
  })
})

describe('/pause and /resume', () => {
  it('answer by number', async () => {
    const shell = bench()
    await shell.submit('/pause 3')
    await shell.submit('/resume #3')
    expect(shell.conversation.answers).toEqual([
      {transfer: 3, answer: 'pause'},
      {transfer: 3, answer: 'resume'},
    ])
  })
})

describe('/out', () => {
  it('tells where received files go, and has them go elsewhere', async () => {
    const shell = bench()
    shell.conversation.out = cwd
    expect(await shell.submit('/out')).toBe('received files go to ~/project')
    expect(await shell.submit('/out src')).toBe('received files go to ~/project/src')
    expect(shell.conversation.out).toBe(join(cwd, 'src'))
  })

  it('refuses what is no directory', async () => {
    const shell = bench()
    expect(await shell.refuse('/out report.pdf')).toMatchObject({code: 'not-a-directory'})
    expect(await shell.refuse('/out missing')).toMatchObject({code: 'no-such-file'})
  })
})
