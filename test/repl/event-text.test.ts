import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {catalogue} from '../../src/errors/index.js'
import {eventText, type ToldEvent} from '../../src/repl/event-text.js'
import {plainLook} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'
import {bob} from '../helpers/fake-conversation.js'

const plain = createTheme(plainLook)
const offer = {transfer: 1, from: bob, name: 'report.pdf', bytes: 4_200_000, files: 1, mediaType: 'application/pdf'}
const file = {transfer: 1, name: 'report.pdf', bytes: 4_200_000, files: 1, ms: 100, resumedFrom: 0}
const delivered = {...file, sha256: `9f2c${'0'.repeat(58)}e1`}

const told: [ToldEvent, string][] = [
  [{event: 'invite', code: 'legal-zoo-abandon', uses: null}, 'Code:  legal-zoo-abandon   for any number of guests'],
  [{event: 'invite', code: 'legal-zoo-abandon', uses: 1}, 'Code:  legal-zoo-abandon   for 1 more guest'],
  [{event: 'invite', code: 'legal-zoo-abandon', uses: 0}, 'the code is used up: /invite makes another'],
  [{event: 'invite', uses: 0}, 'the code is used up: /invite makes another'],
  [{event: 'invite', uses: null}, 'the code that you gave is good, for any number of guests'],
  [{event: 'joined', member: bob}, 'bob joined'],
  [{event: 'joined', member: bob, knownAs: 'bob'}, 'bob joined'],
  [{event: 'joined', member: bob, knownAs: 'rob'}, 'bob (remembered as rob) joined'],
  [
    {event: 'remembered', name: 'bob', fingerprint: '', role: 'host'},
    "this room's code will not be asked again here (/forget bob undoes it)",
  ],
  [
    {event: 'remembered', name: 'ana', fingerprint: '', role: 'guest'},
    'ana comes in without a code from now on (/forget ana undoes it)',
  ],
  [{event: 'left', member: bob, reason: 'quit'}, 'bob left'],
  [{event: 'left', member: bob, reason: 'lost'}, 'bob is gone (connection lost)'],
  [{event: 'renamed', member: bob, was: 'rob', self: false}, 'rob is bob now'],
  [{event: 'renamed', member: bob, was: 'rob', self: true}, 'you are bob now'],
  [{event: 'offer', ...offer}, 'bob offers #1  report.pdf  4.2 MB  application/pdf   /get 1   /decline 1'],
  [{event: 'offer', ...offer, taken: true}, 'bob offers #1  report.pdf  4.2 MB  application/pdf'],
  [{event: 'offer', ...offer, taken: false}, 'bob offers #1  report.pdf  4.2 MB  application/pdf'],
  [
    {event: 'received', ...delivered, path: '/home/ana/new_report.pdf'},
    'received new_report.pdf  4.2 MB in 0.1 s (42.0 MB/s)  sha256 9f2c...e1',
  ],
  [{event: 'sent', ...delivered}, 'sent report.pdf  4.2 MB in 0.1 s (42.0 MB/s)  sha256 9f2c...e1'],
  [
    {event: 'sent', ...delivered, resumedFrom: 2_100_000},
    'sent report.pdf  4.2 MB in 0.1 s (21.0 MB/s)  sha256 9f2c...e1',
  ],
  [{event: 'sent', ...delivered, bytes: 0, ms: 0}, 'sent report.pdf  0 B in 0.0 s  sha256 9f2c...e1'],
  [{event: 'sent', ...delivered, resumedFrom: delivered.bytes}, 'sent report.pdf  4.2 MB in 0.1 s  sha256 9f2c...e1'],
  [
    {event: 'failed', transfer: 2, name: 'a.zip', code: 'disk-full', message: 'no room left', by: 'peer'},
    `#2 a.zip failed: no room left\n  ${catalogue['disk-full'].hint}`,
  ],
  [
    {event: 'failed', transfer: 3, name: 'b.zip', code: 'of no catalogue', message: 'so', by: 'peer'},
    '#3 b.zip failed: so',
  ],
  [
    {event: 'cancelled', transfer: 4, name: 'c.zip', code: 'cancelled', message: 'so', by: 'self'},
    '#4 c.zip cancelled: so',
  ],
  [
    {event: 'cancelled', transfer: 4, name: 'c.zip', code: 'cancelled', message: 'so', by: 'peer'},
    `#4 c.zip cancelled: so\n  ${catalogue.cancelled.hint}`,
  ],
  [
    {event: 'declined', transfer: 5, name: 'd.zip', code: 'declined', message: 'so', by: 'self'},
    '#5 d.zip declined: so',
  ],
  [
    {event: 'declined', transfer: 5, name: 'd.zip', code: 'no-answer', message: 'so', by: 'peer'},
    `#5 d.zip declined: so\n  ${catalogue['no-answer'].hint}`,
  ],
  [
    {event: 'declined', transfer: 5, name: 'd.zip', code: 'too-large', message: 'so', by: 'self'},
    `#5 d.zip declined: so\n  ${catalogue['too-large'].hint}`,
  ],
  [{event: 'reconnecting', attempt: 2}, 'connection lost; reconnecting. What you type is kept.'],
  [{event: 'reconnected', ms: 12_000}, 'connected again after 12 s'],
  [{event: 'notice', code: 'x', message: 'by the way'}, 'by the way'],
  [{event: 'error', code: 'x', message: 'that went wrong'}, 'Error: that went wrong'],
  [{event: 'bye', reason: 'closed'}, 'the room is closed'],
  [{event: 'bye', reason: 'slow'}, 'the conversation is over (slow)'],
  [{event: 'bye', reason: 'constructor'}, 'the conversation is over (constructor)'],
]

describe('what happens, as text', () => {
  it.each(told)('$event', (event, text) => {
    expect(eventText(event, plain)).toBe(text)
  })

  it('names commands as they are typed here', () => {
    const theme = createTheme({...plainLook, commandStart: 'mycli chat '})
    const failed = {event: 'failed', transfer: 1, name: 'a', code: 'one-file-only', message: 'so', by: 'peer'} as const
    expect(eventText(failed, theme)).toContain('The other side runs `mycli chat receive -o -`')
  })

  it('has no line more, and none that is not safe, whatever a peer has put into it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...told), fc.string({unit: 'binary', minLength: 1}), ([event, text], evil) => {
        const lines = eventText(poison(event, evil), plain).split('\n')
        expect(lines).toHaveLength(text.split('\n').length)
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

/** Puts text of a peer wherever an event can carry some. */
function poison(event: ToldEvent, evil: string): ToldEvent {
  const texts = {name: evil, was: evil, mediaType: evil, message: evil, path: `/x/${evil}`}
  const carried = Object.fromEntries(Object.entries(texts).filter(([field]) => field in event))
  const people = {member: {id: 1, nick: evil}, from: {id: 1, nick: evil}}
  const named = Object.fromEntries(Object.entries(people).filter(([field]) => field in event))
  return {...event, ...carried, ...named, ...(event.event === 'bye' && {reason: evil})} as ToldEvent
}
