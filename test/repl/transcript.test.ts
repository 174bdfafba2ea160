import {describe, expect, it} from 'vitest'
import {Transcript} from '../../src/repl/transcript.js'
import {plainLook} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {ana, bob, FakeConversation} from '../helpers/fake-conversation.js'
import {createIo} from '../helpers/shell-streams.js'

function open(columns = 80) {
  const conversation = new FakeConversation()
  const [clock, lines, mentions] = [new FakeClock(), [] as string[], {count: 0}]
  const time = {now: new Date(2026, 10, 28, 23, 58)}
  const transcript = new Transcript(conversation, {
    ...{theme: createTheme(plainLook), clock, facts: createIo('terminal')},
    today: () => time.now,
    print: text => lines.push(text),
    columns: () => columns,
    waitingMessages: () => 2,
    onMention: () => mentions.count++,
  })
  conversation.subscribe(event => transcript.observe(event))
  return {conversation, transcript, clock, time, lines, mentions}
}

describe('a transcript', () => {
  it('gives everything its time, and tells when another day has begun', () => {
    const {conversation, time, lines} = open()
    conversation.hear(bob, 'good night')
    time.now = new Date(2026, 10, 29, 0, 1)
    conversation.hear(bob, 'still here?')
    conversation.emit({event: 'notice', code: 'x', message: 'by the way'})
    expect(lines).toEqual([
      '23:58 bob   good night',
      '─── Sunday 29 November 2026 ───',
      '00:01 bob   still here?',
      '00:01 by the way',
    ])
  })

  it('tells of another day before whatever comes first in it', () => {
    const {conversation, time, lines} = open()
    time.now = new Date(2026, 11, 1, 9, 0)
    conversation.emit({event: 'joined', member: ana})
    expect(lines).toEqual(['─── Tuesday 1 December 2026 ───', '09:00 ana joined'])
  })

  it('tells who has come before what they say', () => {
    const {conversation, lines} = open()
    for (const nick of ['dan', 'eve', 'zoë']) conversation.emit({event: 'joined', member: {id: 3, nick}})
    conversation.hear({id: 3, nick: 'zoë'}, 'hi')
    expect(lines).toEqual(['23:58 dan joined', '23:58 eve and zoë joined', '23:58 zoë   hi'])
  })

  it('hears when one is named, or told something in private, and not when one names oneself', () => {
    const {conversation, mentions} = open()
    conversation.hear(bob, 'bananas')
    conversation.hear(ana, 'ana is me')
    expect(mentions.count).toBe(0)
    conversation.hear(bob, 'hey Ana!')
    conversation.hear(bob, 'psst', 'private')
    expect(mentions.count).toBe(2)
  })

  it('breaks what it tells between words, below its time, and nothing that is to be copied', () => {
    const {conversation, lines} = open(24)
    conversation.emit({event: 'notice', code: 'x', message: 'a notice of many words'})
    conversation.emit({event: 'listening', addresses: ['192.168.1.23'], port: 5000, fingerprint: 'f'})
    expect(lines[0]).toBe('23:58 a notice of many\n      words')
    expect(lines[1]).toContain('\n    npx chatctl join -h 192.168.1.23\n')
    expect(lines[1]).toContain('chatctl 1.0.0   room on\nport 5000')
  })

  it('breaks no word of what moved in a narrow window, and no number from its unit', () => {
    const {conversation, lines} = open(20)
    const file = {transfer: 1, name: 'annual-report-2026.pdf', bytes: 4_200_000, files: 1}
    conversation.emit({event: 'offer', from: bob, mediaType: 'application/octet-stream', ...file})
    conversation.emit({event: 'sent', ms: 100, resumedFrom: 0, sha256: '9f2c0000e1', ...file})
    const rows = lines.map(line => line.split('\n'))
    expect(rows[0]).toEqual([
      ...['23:58 bob offers #1', '      annual-…26.pdf', '      4.2 MB', '      applica…stream', '      /get 1'],
      '      /decline 1',
    ])
    expect(rows[1]).toEqual([
      ...['23:58 sent', '      annual-…26.pdf', '      4.2 MB in', '      0.1 s', '      (42.0 MB/s)', '      sha256'],
      '      9f2c...e1',
    ])
  })

  it('says once that the connection is tried again', () => {
    const {conversation, lines} = open()
    for (const attempt of [1, 2, 3]) conversation.emit({event: 'reconnecting', attempt})
    expect(lines).toEqual(['23:58 bob is gone; reconnecting. What you type is kept.'])
  })

  it('says what goes on when the host is back', () => {
    const {conversation, lines} = open()
    const transfer = {direction: 'send', name: 'a.zip', peer: bob, bytes: 100, moved: 61, rate: 1} as const
    conversation.running = [{...transfer, transfer: 1, state: 'moving'}]
    conversation.emit({event: 'reconnected', ms: 12_000})
    expect(lines).toEqual(['23:58 bob is back after 12 s: 2 messages go out now, 1 transfer goes on at 61%'])
  })

  it('leaves no timer and nothing untold at the end', () => {
    const {conversation, transcript, clock, lines} = open()
    for (const nick of ['dan', 'eve']) conversation.emit({event: 'joined', member: {id: 3, nick}})
    transcript.close()
    expect(lines).toEqual(['23:58 dan joined', '23:58 eve joined'])
    expect(clock.waiting).toBe(0)
  })
})
