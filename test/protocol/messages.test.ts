import fc from 'fast-check'
import type * as v from 'valibot'
import {describe, expect, it} from 'vitest'
import {decodeJson} from '../../src/protocol/json.js'
import {
  fileMessage,
  hostMessage,
  isFileMessage,
  maxMessageBytes,
  maxNickBytes,
  maxTextBytes,
  memberMessage,
} from '../../src/protocol/messages.js'
import {
  attach,
  attached,
  channelLabel,
  channelReset,
  channelTrailer,
  goaway,
  hello,
} from '../../src/protocol/payloads.js'

const schemas = {
  member: memberMessage,
  host: hostMessage,
  hello,
  goaway,
  attach,
  attached,
  open: channelLabel,
  end: channelTrailer,
  reset: channelReset,
} satisfies Record<string, v.GenericSchema>

type Name = keyof typeof schemas

const violation = expect.objectContaining({code: 'protocol-violation', exitCode: 7}) as Error

function decode(name: Name, payload: unknown): unknown {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload))
  return decodeJson<v.GenericSchema>(schemas[name], bytes)
}

const transfer = '0123456789abcdef'.repeat(2)
const member = {id: 1, nick: 'ana'}
const session = {id: transfer, token: transfer.repeat(2)}
const chain = 'f'.repeat(64)
const place = {entries: 2, chain, path: ['a', 'b'], before: {chain, bytes: 3, files: 1}}
const offer = {type: 'offer', transfer, name: 'a.txt', bytes: 12, files: 1, mediaType: 'text/plain'}

/** One of each, by who takes it: the keys that it must have, and those that it may. */
const shapes: [name: Name, required: object, optional?: object][] = [
  ['member', {type: 'say', kind: 'say', text: 'hi'}],
  ['member', {type: 'say', kind: 'me', text: 'waves'}],
  ['member', {type: 'tell', to: 2, text: 'psst'}],
  ['member', {type: 'rename', nick: 'anna'}],
  ['host', {type: 'welcome', you: member, host: member, members: [member]}],
  ['host', {type: 'joined', member}],
  ['host', {type: 'left', member, reason: 'kicked'}],
  ['host', {type: 'renamed', member, was: 'anna'}],
  ['host', {type: 'message', id: 1, from: member, kind: 'private', text: 'hi'}, {to: member}],
  ['host', {type: 'refused', request: 'rename', code: 'nick-taken'}],
  ...(['member', 'host'] as const).flatMap((name): [Name, object, object?][] => [
    [name, offer, {to: 2, from: member, kind: 'tree', mtimeMs: -1, executable: true}],
    [name, {...offer, bytes: null}],
    [name, {type: 'accept', transfer}, {offset: 5, place: {...place, offset: 2}, blocks: true}],
    [name, {type: 'decline', transfer, code: 'declined'}],
    [
      name,
      {type: 'verified', transfer},
      {skipped: {count: 3, first: [{path: ['a'], code: 'unsafe-name'}]}, kept: {bytes: 0, files: 2}},
    ],
    [name, {type: 'failed', transfer, code: 'disk-full'}],
    [name, {type: 'cancel', transfer}],
  ]),
  ['hello', {versions: [0, 9], known: false}, {open: true}],
  ['goaway', {code: 'protocol-violation'}, {message: 'why'}],
  ['attach', {session, lastSeen: 7, purpose: 'deliver', nick: 'ana'}, {room: 'tea'}],
  ['attach', {session: null, lastSeen: 0, purpose: 'talk', nick: 'ana'}],
  ['attached', {session, lastSeen: 7}],
  ['open', {transfer}],
  ['end', {sha256: transfer.repeat(2)}],
  ['reset', {code: 'cancelled'}],
]

const good = shapes.map(([name, required, optional]): [Name, object] => [name, {...required, ...optional}])

describe('a payload', () => {
  it.each(good)('for %s is taken as it is: %j', (name, payload) => {
    expect(decode(name, payload)).toEqual(payload)
  })

  it.each(good)('for %s loses the keys that are not agreed: %j', (name, payload) => {
    expect(decode(name, {...payload, shoe: 43, nested: {shoe: 43}})).toEqual(payload)
  })

  it.each(shapes)('for %s needs these keys, each of them: %j', (name, required) => {
    expect(decode(name, required)).toEqual(required)
    for (const key of Object.keys(required)) {
      expect(() => decode(name, {...required, [key]: undefined}), key).toThrow(violation)
    }
  })

  it.each(good)('for %s is nothing else than an object of its kind: %j', (name, payload) => {
    for (const other of [null, 7, 'text', true, [], [payload], {}, {payload}]) {
      expect(() => decode(name, other), JSON.stringify(other)).toThrow(violation)
    }
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'say hi'],
    ['half of it', '{"code":"by'],
    ['two of them', '{"code":"bye"}{"code":"bye"}'],
    ['a NaN', '{"code":NaN}'],
    ['a comment', '{"code":"bye"} // why'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => decode('goaway', Buffer.from(text))).toThrow(violation)
  })

  it.each([
    ['a byte that UTF-8 never has', [0xff]],
    ['a lone second byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a cut letter', [0xf0, 0x9f, 0x98]],
  ])('is refused when it is not UTF-8: %s', (_, bytes) => {
    const payload = Buffer.concat([
      Buffer.from('{"type":"say","kind":"say","text":"'),
      Buffer.from(bytes),
      Buffer.from('"}'),
    ])
    expect(() => decode('member', payload)).toThrow(violation)
  })

  it.each([
    ['member', {type: 'say', kind: 'say', text: '\ud800'}],
    ['member', {type: 'tell', to: 1, text: 'a\udc00'}],
    ['member', {type: 'rename', nick: '\ud83d'}],
    ['host', {type: 'joined', member: {id: 1, nick: '\ud800'}}],
    ['host', {...offer, name: '\ud800.txt'}],
    ['host', {...offer, mediaType: 'text/\ud800'}],
    ['goaway', {code: 'bye', message: '\ud800'}],
    ['attach', {session: null, lastSeen: 0, purpose: 'talk', nick: '\ud800'}],
  ] as [Name, object][])('for %s is refused with a lone surrogate: %j', (name, payload) => {
    expect(() => decode(name, payload)).toThrow(violation)
  })

  it.each([
    ['a text', 'member', maxTextBytes, (text: string) => ({type: 'say', kind: 'say', text})],
    ['a private text', 'member', maxTextBytes, (text: string) => ({type: 'tell', to: 1, text})],
    ['a nick', 'member', maxNickBytes, (nick: string) => ({type: 'rename', nick})],
    [
      'a nick to attach',
      'attach',
      maxNickBytes,
      (nick: string) => ({session: null, lastSeen: 0, purpose: 'say', nick}),
    ],
    ['the name of a file', 'host', 1024, (name: string) => ({...offer, name})],
    ['a media type', 'host', 255, (mediaType: string) => ({...offer, mediaType})],
  ] as [string, Name, number, (text: string) => object][])(
    'may hold as many bytes in %s as agreed, and not one more, nor none',
    (_, name, maxBytes, make) => {
      for (const letter of ['x', 'é', '😀']) {
        const size = Buffer.byteLength(letter)
        const longest = letter.repeat(Math.floor(maxBytes / size)) + '.'.repeat(maxBytes % size)
        expect(decode(name, make(longest))).toEqual(make(longest))
        expect(() => decode(name, make(`${longest}${letter}`))).toThrow(violation)
      }
      expect(() => decode(name, make(''))).toThrow(violation)
    },
  )

  it.each([
    ['member', {type: 'tell', to: 0, text: 'x'}],
    ['member', {type: 'tell', to: 1.5, text: 'x'}],
    ['member', {type: 'tell', to: 2 ** 53, text: 'x'}],
    ['member', {type: 'tell', to: '1', text: 'x'}],
    ['host', {...offer, bytes: -1}],
    ['host', {...offer, bytes: 2 ** 53}],
    ['host', {...offer, files: -1}],
    ['host', {...offer, kind: 'pipe'}],
    ['host', {...offer, mtimeMs: 0.5}],
    ['host', {...offer, mtimeMs: 8.64e15 + 1}],
    ['host', {...offer, mtimeMs: -8.64e15 - 1}],
    ['host', {...offer, mtimeMs: NaN}],
    ['host', {...offer, mtimeMs: '0'}],
    ['member', {...offer, executable: false}],
    ['member', {...offer, executable: 0o755}],
    ['host', {type: 'left', member, reason: 'bored'}],
    ['host', {type: 'message', id: 1, from: member, kind: 'shout', text: 'x'}],
    ['host', {type: 'refused', request: 'rename', code: 'Not A Code'}],
    ['host', {type: 'refused', request: 'rename', code: 'x'.repeat(33)}],
    ['host', {type: 'welcome', you: member, host: member, members: Array(10_001).fill(member)}],
    ['member', {type: 'accept', transfer: transfer.toUpperCase()}],
    ['member', {type: 'accept', transfer: `${transfer}0`}],
    ['member', {type: 'accept', transfer: `../${transfer.slice(3)}`}],
    ['hello', {versions: [0], known: true}],
    ['hello', {versions: [-1, 0], known: true}],
    ['hello', {versions: [0, 0], known: 'yes'}],
    ['attach', {session: transfer, lastSeen: 0, purpose: 'talk', nick: 'ana'}],
    ['attach', {session: {id: transfer}, lastSeen: 0, purpose: 'talk', nick: 'ana'}],
    ['attach', {session: null, lastSeen: -1, purpose: 'talk', nick: 'ana'}],
    ['attach', {session: null, lastSeen: 0, purpose: 'dance', nick: 'ana'}],
    ['attached', {session: null, lastSeen: 0}],
    ['open', {transfer: '..'}],
    ['end', {sha256: transfer}],
    ['reset', {code: ''}],
  ] as [Name, object][])('for %s is refused: %j', (name, payload) => {
    expect(() => decode(name, payload)).toThrow(violation)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('is refused when its type is %s', type => {
    expect(() => decode('member', {type, text: 'x'})).toThrow(violation)
    expect(() => decode('host', {type, text: 'x'})).toThrow(violation)
  })

  it('changes no prototype, whatever its keys', () => {
    const hostile = '"__proto__":{"isHost":true},"constructor":{"prototype":{"isHost":true}}'
    const say = Buffer.from(`{"type":"say","kind":"say","text":"x",${hostile}}`)
    const joined = Buffer.from(`{"type":"joined","member":{"id":1,"nick":"ana",${hostile}},${hostile}}`)
    const decoded = [decode('member', say), decode('host', joined)] as Record<string, unknown>[]
    for (const message of [...decoded, decoded[1]!['member'] as object, {}]) {
      expect('isHost' in message).toBe(false)
      expect(Object.keys(message)).not.toContain('__proto__')
    }
  })

  it('takes nothing of what it needs from a prototype', () => {
    expect(() => decode('member', Buffer.from('{"__proto__":{"type":"say","kind":"say","text":"x"}}'))).toThrow(
      violation,
    )
  })

  it('that nests deeply is refused like any other', () => {
    expect(() => decode('member', Buffer.from('['.repeat(maxMessageBytes)))).toThrow(violation)
    expect(() => decode('member', Buffer.from(`${'['.repeat(9999)}${']'.repeat(9999)}`))).toThrow(violation)
  })

  it('is decoded or refused as a violation, whatever its bytes', () => {
    const names = fc.constantFrom(...(Object.keys(schemas) as Name[]))
    const bytes = fc.oneof(
      fc.uint8Array({maxLength: 60}).map(array => Buffer.from(array)),
      fc.json().map(text => Buffer.from(text)),
      fc.constantFrom(...good.map(([, payload]) => Buffer.from(JSON.stringify(payload)))),
    )
    const damage = fc.tuple(fc.nat(400), fc.nat(255))
    fc.assert(
      fc.property(names, bytes, fc.option(damage), (name, payload, change) => {
        const damaged = Buffer.from(payload)
        if (change && damaged.length > 0) damaged[change[0] % damaged.length] = change[1]
        try {
          expect(decode(name, damaged)).toBeTypeOf('object')
        } catch (error) {
          expect(error).toEqual(violation)
        }
      }),
      {numRuns: 2000},
    )
  })
})

describe('messages', () => {
  it('of one side are not taken from the other', () => {
    const [ofMember, ofHost] = (['member', 'host'] as const).map(name =>
      good.filter(([taker, payload]) => taker === name && !isFile(payload)),
    ) as [typeof good, typeof good]
    for (const [, payload] of ofMember) expect(() => decode('host', payload)).toThrow(violation)
    for (const [, payload] of ofHost) expect(() => decode('member', payload)).toThrow(violation)
  })

  it('about files are known as such, and no others', () => {
    for (const [name, payload] of good) {
      if (name !== 'member' && name !== 'host') continue
      expect(isFileMessage(decodeJson(schemas[name], Buffer.from(JSON.stringify(payload))))).toBe(isFile(payload))
    }
  })

  it('fit into what a message may have, even when every byte of the longest text is escaped', () => {
    const longest = {type: 'message', id: 2 ** 53 - 1, from: {id: 2 ** 53 - 1, nick: 'x'.repeat(maxNickBytes)}}
    const text = '\u0001'.repeat(maxTextBytes)
    const json = JSON.stringify({...longest, to: longest.from, kind: 'private', text})
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(maxMessageBytes)
  })
})

function isFile(payload: object): boolean {
  try {
    decodeJson(fileMessage, Buffer.from(JSON.stringify(payload)))
    return true
  } catch {
    return false
  }
}
