import {afterEach, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {runShell} from '../../src/repl/run-shell.js'
import {ana, bob, FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'
import {colourfulLook, createIo} from '../helpers/shell-streams.js'

function open(conversation = new FakeConversation(), changes: Parameters<typeof createIo>[1] = {}) {
  const io = createIo('line', changes)
  return {conversation, io, exitCode: runShell(conversation, io)}
}

const texts = ({said}: FakeConversation) => said.map(({text}) => text)

afterEach(() => vi.useRealTimers())

describe('standard output in line mode', () => {
  it('has a line for each message of others, and nothing else', async () => {
    const {conversation, io, exitCode} = open()
    conversation.hear(bob, 'hello')
    conversation.hear(bob, 'waves', 'me')
    conversation.hear(bob, 'psst', 'private')
    conversation.hear(bob, 'one\ntwo\u001b[2J')
    conversation.emit({event: 'joined', member: {id: 3, nick: 'carol'}})
    conversation.emit({event: 'progress', transfer: 1, direction: 'send', bytes: 1, total: 2, rate: 1})
    io.stdin.end('mine\n/who\n/nope\n')
    expect(await exitCode).toBe(6)
    expect(io.stdout.lines()).toEqual(['bob: hello', '* bob waves', '[bob] psst', 'bob: one⏎two\\u{1b}[2J'])
    expect(io.stderr.lines()).toEqual([
      'carol joined',
      '2 here: ana (you), bob (host)',
      'Error: there is no /nope; nothing was sent',
      expect.stringContaining('`/help` lists the commands'),
      'you left',
    ])
  })

  it('has no escape codes, even on streams that have colour', async () => {
    const {conversation, io, exitCode} = open(new FakeConversation(), {
      look: {stdout: colourfulLook, stderr: colourfulLook},
    })
    conversation.hear(bob, 'hello')
    io.stdin.end('/nope\n')
    await exitCode
    expect(io.stdout.text + io.stderr.text).not.toMatch(/\p{Cc}(?<!\n)/u)
  })
})

describe('standard error in line mode', () => {
  it('begins, for a host, with where it listens', async () => {
    const {conversation, io} = open(new FakeRoom())
    conversation.emit({event: 'listening', addresses: ['fd00::17'], port: 5001, code: 'a-b-c', fingerprint: 'f'})
    expect(io.stderr.lines()).toEqual([
      'listening on [fd00::17]:5001',
      'join with: npx chatctl join -h fd00::17 -p 5001',
      'code: a-b-c',
    ])
    await conversation.leave()
  })

  it('begins, for a member, with whom it has reached', async () => {
    const {conversation, io} = open()
    const reached = {host: '127.0.0.1', port: 5000, fingerprint: 'f', known: false}
    conversation.emit({event: 'connected', ...reached, nick: 'ana', members: [bob]})
    expect(io.stderr.lines()).toEqual(['connected to bob (127.0.0.1)'])
    await conversation.leave()
  })
})

describe('standard input in line mode', () => {
  it('is one message or command a line, in order, the last one without a line break too', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.end('one\r\n\n  \n//two\n/me three\nfour')
    expect(await exitCode).toBe(0)
    expect(conversation.said).toEqual([
      {text: 'one', kind: 'say'},
      {text: '/two', kind: 'say'},
      {text: 'three', kind: 'me'},
      {text: 'four', kind: 'say'},
    ])
  })

  it('keeps 1,000 lines in order', async () => {
    const {conversation, io, exitCode} = open()
    const lines = Array.from({length: 1000}, (_, i) => `line ${i}`)
    io.stdin.end(lines.join('\n'))
    expect(await exitCode).toBe(0)
    expect(texts(conversation)).toEqual(lines)
  })

  it('takes a message of 65,536 bytes, refuses a longer one and goes on', async () => {
    const {conversation, io, exitCode} = open()
    const most = 'é'.repeat(32_768)
    io.stdin.end(`${most}\n${most}x\n${'y'.repeat(5_000_000)}\nafter\n`)
    expect(await exitCode).toBe(6)
    expect(texts(conversation)).toEqual([most, 'after'])
    expect(io.stderr.text.match(/^Error: /gm)).toHaveLength(2)
  })

  it('refuses a line that is not UTF-8 and goes on', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.end(Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from('after')]))
    expect(await exitCode).toBe(6)
    expect(texts(conversation)).toEqual(['after'])
    expect(io.stderr.text).toMatch(/^Error: a line is not UTF-8: nothing was sent\n {2}\S/)
  })

  it('that cannot be read is an error, and ends like any other', async () => {
    const {io, exitCode} = open()
    io.stdin.destroy(new Error('EISDIR'))
    expect(await exitCode).toBe(8)
    expect(io.stderr.text).toMatch(/^Error: standard input cannot be read\n/)
  })
})

describe('the end of standard input', () => {
  it('lets a member leave once the room has everything', async () => {
    const conversation = new FakeConversation()
    let settle!: () => void
    conversation.settledAfter = new Promise(resolve => (settle = resolve))
    const {io, exitCode} = open(conversation)
    io.stdin.end('last words\n')
    await vi.waitFor(() => expect(texts(conversation)).toEqual(['last words']))
    expect(conversation.leaves).toBe(0)
    settle()
    expect(await exitCode).toBe(0)
    expect(conversation.leaves).toBe(1)
  })

  it('lets a member listen for --wait first', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const {conversation, io, exitCode} = open(new FakeConversation(), {waitMs: 5000})
    io.stdin.end()
    await vi.advanceTimersByTimeAsync(4999)
    conversation.hear(bob, 'late')
    expect(conversation.leaves).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(await exitCode).toBe(0)
    expect(io.stdout.lines()).toEqual(['bob: late'])
  })

  it('does not end a host', async () => {
    const {conversation, io, exitCode} = open(new FakeRoom())
    io.stdin.end('hello\n')
    await vi.waitFor(() => expect(texts(conversation)).toEqual(['hello']))
    conversation.hear(ana, 'still there?')
    await io.stdout.until('ana: still there?')
    expect(conversation.leaves).toBe(0)
    await conversation.leave()
    expect(await exitCode).toBe(0)
  })

  it('waits for its own offers: 0 when they were verified', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.end('/file a\n/file b\n')
    await vi.waitFor(() => expect(conversation.outgoing).toHaveLength(2))
    for (const file of conversation.outgoing) file.deliver()
    expect(await exitCode).toBe(0)
  })

  it.each([
    {ends: ['declined'], exits: 5},
    {ends: ['cancelled', 'declined'], exits: 6},
    {ends: ['declined', 'digest-mismatch', undefined], exits: 6},
    {ends: ['cancelled', 'disk-full', 'declined'], exits: 8},
  ] as const)('exits $exits when its own offers end $ends', async ({ends, exits}) => {
    const {conversation, io, exitCode} = open()
    io.stdin.end(ends.map(() => '/file a\n').join(''))
    await vi.waitFor(() => expect(conversation.outgoing).toHaveLength(ends.length))
    conversation.outgoing.forEach((file, index) => {
      const code = ends[index]
      if (code) file.fail(new ChatctlError(code, 'not today'))
      else file.deliver()
    })
    expect(await exitCode).toBe(exits)
  })

  it('exits 5 when an offer has no answer in time', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const {conversation, io, exitCode} = open(new FakeConversation(), {timeoutMs: 2000})
    conversation.settledAfter = new Promise(() => undefined)
    io.stdin.end('/file a\n')
    await vi.advanceTimersByTimeAsync(2000)
    expect(await exitCode).toBe(5)
    expect(io.stderr.text).toContain('Error: an offer had no answer\n')
  })

  it('calls off an offer that has no answer in time, so that what waits for its place is offered', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const conversation = new FakeConversation()
    const {io, exitCode} = open(conversation, {timeoutMs: 2000})
    io.stdin.end('/file a\n/file b\n')
    await vi.advanceTimersByTimeAsync(2000)
    expect(await exitCode).toBe(5)
    expect(conversation.answers).toEqual([1, 2].map(transfer => ({transfer, answer: 'cancel', code: 'no-answer'})))
  })

  it.each([
    {code: 'digest-mismatch', exits: 6},
    {code: 'of a later version', exits: 6},
    {code: 'disk-full', exits: 8},
  ])('exits $exits when a file that was coming in fails: $code', async ({code, exits}) => {
    const {conversation, io, exitCode} = open()
    conversation.emit({event: 'failed', transfer: 1, name: 'a', code, message: 'not today', by: 'peer', accepted: true})
    io.stdin.end()
    expect(await exitCode).toBe(exits)
  })

  it('exits 0 when offers of others went away unanswered', async () => {
    const {conversation, io, exitCode} = open()
    conversation.emit({event: 'cancelled', transfer: 1, name: 'a', code: 'cancelled', message: 'not today', by: 'peer'})
    conversation.emit({event: 'declined', transfer: 2, name: 'a', code: 'declined', message: 'not here', by: 'peer'})
    io.stdin.end()
    expect(await exitCode).toBe(0)
  })

  it('waits for a transfer that was taken, however long it runs', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
    const {conversation, io, exitCode} = open(new FakeConversation(), {timeoutMs: 2000})
    io.stdin.end('/file a\n')
    await vi.advanceTimersByTimeAsync(1000)
    conversation.outgoing[0]!.take()
    await vi.advanceTimersByTimeAsync(1_000_000)
    expect(conversation.leaves).toBe(0)
    conversation.outgoing[0]!.deliver()
    expect(await exitCode).toBe(0)
  })
})

describe('the end of the conversation in line mode', () => {
  it('by /quit comes when the room has every message before it, and nothing after it is read', async () => {
    const {conversation, io, exitCode} = open(new FakeRoom())
    io.stdin.write('one\n/quit\nthree\n')
    expect(await exitCode).toBe(0)
    expect(texts(conversation)).toEqual(['one'])
  })

  it('by the host exits 0, whatever may still come on standard input', async () => {
    const {conversation, exitCode} = open()
    conversation.end({reason: 'closed'})
    expect(await exitCode).toBe(0)
  })

  it('by a lost connection says so once, in three parts, and exits 6', async () => {
    const {conversation, io, exitCode} = open()
    conversation.refusal = new ChatctlError('connection-lost', 'not delivered')
    io.stdin.write('one\ntwo\n')
    await vi.waitFor(() => expect(texts(conversation)).toEqual(['one', 'two']))
    conversation.end({reason: 'lost', error: new ChatctlError('connection-lost', 'bob is gone')})
    expect(await exitCode).toBe(6)
    expect(io.stderr.lines()).toEqual([
      'the connection is lost',
      'Error: bob is gone',
      expect.stringMatching(/^ {2}The connection ended/),
    ])
  })
})
