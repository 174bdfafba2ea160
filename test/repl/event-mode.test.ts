import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {runShell} from '../../src/repl/run-shell.js'
import {bob, FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'
import {createIo, type FakeIo} from '../helpers/shell-streams.js'
import {eventLoopTurns, until} from '../helpers/until.js'

function open(conversation = new FakeConversation()) {
  const io = createIo('event', {cwd: '/project'})
  return {conversation, io, exitCode: runShell(conversation, io)}
}

const events = (io: FakeIo) => io.stdout.lines().map(line => JSON.parse(line) as Record<string, unknown>)
const names = (io: FakeIo) => events(io).map(({event}) => event)

describe('standard output in event mode', () => {
  it('is one JSON event a line, with version and time', async () => {
    const {conversation, io} = open(new FakeRoom())
    conversation.emit({event: 'listening', addresses: ['10.0.0.1'], port: 5000, code: 'a-b-c', fingerprint: 'f'})
    conversation.hear({id: 2, nick: 'ana'}, 'one\n\u2028two')
    await conversation.leave()
    expect(names(io)).toEqual(['listening', 'message', 'bye'])
    expect(io.stderr.text).toBe('listening on 10.0.0.1:5000\n')
    for (const event of events(io)) expect(event).toMatchObject({v: 1, at: expect.stringMatching(/^\d{4}-.*Z$/)})
    expect(events(io)[1]).toMatchObject({text: 'one\n\u2028two', kind: 'say', self: false})
  })

  it("has one's own messages too, once the room has them", async () => {
    const {io, exitCode} = open()
    io.stdin.end('hello\n')
    expect(await exitCode).toBe(0)
    expect(events(io)[0]).toMatchObject({event: 'message', text: 'hello', self: true})
  })

  it('has mistakes as error events; what commands print is on standard error', async () => {
    const {io, exitCode} = open()
    io.stdin.end('/nope\n/who\n{"dance": true}\n')
    expect(await exitCode).toBe(6)
    expect(events(io)).toMatchObject([
      {event: 'error', code: 'unknown-command'},
      {event: 'error', code: 'bad-argument'},
      {event: 'bye', reason: 'quit'},
    ])
    expect(io.stderr.text).toBe('2 here: ana (you), bob (host)\n')
  })

  it('has nothing of what someone says who is ignored, as in line mode', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.write('/ignore bob\n')
    await until(() => io.stderr.text.includes('bob is ignored'))
    conversation.hear(bob, 'unheard')
    io.stdin.write('/unignore bob\n')
    await until(() => io.stderr.text.includes('/unignore bob ends that') && io.stderr.text.includes('again'))
    conversation.hear(bob, 'heard')
    io.stdin.end()
    await exitCode
    expect(events(io).flatMap(({text}) => text ?? [])).toEqual(['heard'])
  })

  it('ends with the error when the connection is lost', async () => {
    const {conversation, io, exitCode} = open()
    conversation.end({reason: 'lost', error: new ChatctlError('connection-lost', 'bob is gone')})
    expect(await exitCode).toBe(6)
    expect(events(io)).toMatchObject([
      {event: 'bye'},
      {event: 'error', code: 'connection-lost', message: 'bob is gone'},
    ])
  })
})

describe('standard input in event mode', () => {
  it('says text exactly, whatever it looks like', async () => {
    const {conversation, io, exitCode} = open()
    for (const say of ['two\nlines', '/who', 'quit()', ' x ']) io.stdin.write(`${JSON.stringify({say})}\n`)
    io.stdin.end('{"say":"waves","kind":"me"}\n{"say":"psst","to":"bob"}\n//plain\n')
    expect(await exitCode).toBe(0)
    expect(conversation.said).toEqual([
      ...['two\nlines', '/who', 'quit()', ' x '].map(text => ({text, kind: 'say'})),
      {text: 'waves', kind: 'me'},
      {text: '/plain', kind: 'say'},
    ])
    expect(conversation.told).toEqual([{nick: 'bob', text: 'psst'}])
  })

  it('says a message of 65,536 bytes, even with every byte escaped', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.end(`{"say":"${'\\u0061'.repeat(65_536)}"}\n`)
    expect(await exitCode).toBe(0)
    expect(conversation.said).toEqual([{text: 'a'.repeat(65_536), kind: 'say'}])
  })

  it('refuses an empty message', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.end('{"say":""}\n{"say":" "}\n')
    expect(await exitCode).toBe(6)
    expect(conversation.said).toEqual([])
    expect(events(io)).toMatchObject([{code: 'empty-message'}, {code: 'empty-message'}, {event: 'bye'}])
  })

  it('offers a file by its exact path', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.write('{"file":"/exact/my path","to":"bob"}\n{"file":"2"}\n/quit\n')
    await exitCode
    expect(conversation.outgoing).toMatchObject([{path: '/exact/my path', to: 'bob'}, {path: '/project/2'}])
  })

  it('offers again what did not arrive', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.write('{"file":"a.txt","to":"bob"}\n')
    await until(() => conversation.outgoing.length === 1)
    conversation.outgoing[0]!.fail(new ChatctlError('connection-lost', 'gone'))
    await eventLoopTurns(5)
    io.stdin.write('{"retry":1}\n{"retry":1}\n/quit\n')
    await exitCode
    expect(conversation.outgoing).toMatchObject([{path: '/project/a.txt'}, {path: '/project/a.txt', to: 'bob'}])
    expect(events(io).filter(({event}) => event === 'error')).toMatchObject([{code: 'unknown-transfer'}])
  })

  it('answers offers by commands', async () => {
    const {conversation, io, exitCode} = open()
    conversation.emit({
      ...{event: 'offer', transfer: 1, from: bob, name: 'a', bytes: null, files: 1},
      mediaType: 'text/plain',
    })
    io.stdin.end('/get 1\n')
    await exitCode
    expect(conversation.answers).toEqual([{transfer: 1, answer: 'accept', as: undefined}])
    expect(events(io)[0]).toMatchObject({event: 'offer', transfer: 1, bytes: null})
  })

  it('answers, gives up, renames and quits by actions', async () => {
    const {conversation, io, exitCode} = open()
    io.stdin.write(
      '{"get":1,"as":"b.txt"}\n{"get":2}\n{"decline":3}\n{"cancel":4}\n{"pause":5}\n{"resume":5}\n{"nick":"eve"}\n{"quit":true}\n',
    )
    expect(await exitCode).toBe(0)
    expect(conversation.answers).toEqual([
      {transfer: 1, answer: 'accept', as: 'b.txt'},
      {transfer: 2, answer: 'accept', as: undefined},
      {transfer: 3, answer: 'decline'},
      {transfer: 4, answer: 'cancel'},
      {transfer: 5, answer: 'pause'},
      {transfer: 5, answer: 'resume'},
    ])
    expect(conversation.me.nick).toBe('eve')
  })

  it('offers a file to everyone, one transfer each', async () => {
    const {conversation, io, exitCode} = open()
    conversation.others = [bob, {id: 3, nick: 'eve'}]
    io.stdin.write('{"file":"/a","to":"all"}\n{"quit":true}\n')
    await exitCode
    expect(conversation.outgoing).toMatchObject([
      {path: '/a', to: 'bob'},
      {path: '/a', to: 'eve'},
    ])
  })
})
