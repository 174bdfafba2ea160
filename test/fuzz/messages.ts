import assert from 'node:assert/strict'
import type * as v from 'valibot'
import {encodeJson} from '../../src/protocol/frame-encoder.js'
import {decodeJson} from '../../src/protocol/json.js'
import {hostMessage, memberMessage} from '../../src/protocol/messages.js'
import {
  attach,
  attached,
  channelLabel,
  channelReset,
  channelTrailer,
  goaway,
  hello,
} from '../../src/protocol/payloads.js'
import {Choices} from './choices.js'
import {outcomeOf} from './expected.js'
import type {FuzzTarget} from './target.js'

const schemas = {
  memberMessage,
  hostMessage,
  hello,
  goaway,
  attach,
  attached,
  channelLabel,
  channelTrailer,
  channelReset,
}
const names = Object.keys(schemas) as [keyof typeof schemas]

const hex = '0123456789abcdef'
const member = {id: 2, nick: 'ana'}
const transfer = hex.repeat(2)
const session = {id: transfer, token: hex.repeat(4)}
const examples: Record<keyof typeof schemas, object[]> = {
  memberMessage: [
    {type: 'say', kind: 'me', text: 'é😀'},
    {type: 'tell', to: 1, text: 'x'},
    {type: 'rename', nick: 'a'},
    {
      type: 'offer',
      transfer,
      name: 'a',
      bytes: null,
      files: 1,
      mediaType: 'a/b',
      executable: true,
      to: 1,
      from: member,
    },
    {type: 'decline', transfer, code: 'declined'},
    {type: 'offer', transfer, name: 'a', bytes: 0, files: 0, kind: 'tree', mediaType: 'a/b', mtimeMs: -1},
    {
      type: 'verified',
      transfer,
      skipped: {count: 2, first: [{path: ['a', 'b'], code: 'unsafe-name'}]},
      kept: {bytes: 9, files: 1},
    },
  ],
  hostMessage: [
    {type: 'welcome', you: member, host: member, members: [member]},
    {type: 'left', member, reason: 'quit'},
    {type: 'renamed', member, was: 'a'},
    {type: 'message', id: 1, from: member, to: member, kind: 'say', text: 'x'},
    {type: 'refused', request: 'say', code: 'bad-nick'},
  ],
  hello: [{versions: [0, 0], known: false, open: true}],
  goaway: [{code: 'bye', message: 'x'}],
  attach: [{session, lastSeen: 0, purpose: 'talk', nick: 'ana', room: ''}],
  attached: [{session, lastSeen: 9}],
  channelLabel: [{transfer}],
  channelTrailer: [{sha256: hex.repeat(4)}],
  channelReset: [{code: 'stalled'}],
}

/** Any payload is a message of the schema, whole and well-formed, or a violation; nothing else comes of it. */
export const messages: FuzzTarget = {
  name: 'messages',
  seeds: names.flatMap((name, index) =>
    examples[name].map(example => Buffer.concat([Buffer.of(index), encodeJson(example)])),
  ),
  dictionary: [
    ...['"__proto__":', '"type":"say"', 'null', '1e999', '-0', '9007199254740993', '"\\ud800"', '{}', '[]', '"', '\\'],
    ...names.flatMap(name => examples[name].flatMap(Object.keys).map(key => `"${key}":`)),
  ].map(piece => Buffer.from(piece)),
  run(bytes) {
    const choices = new Choices(bytes)
    const name = choices.pick(names)
    const schema: v.GenericSchema = schemas[name]
    const decoded = outcomeOf(() => decodeJson(schema, choices.rest()), 'protocol-violation')
    if ('code' in decoded) return `${name} ${decoded.code}`
    const again = encodeJson(decoded.value)
    assert.ok(again.toString().isWellFormed() && !/\\ud[89a-f]/.test(again.toString()))
    assert.deepEqual(decodeJson(schema, again), decoded.value)
    assert.equal(Object.getPrototypeOf(decoded.value), Object.prototype)
    return `${name} ${Object.keys(decoded.value as object).join(' ')}`
  },
}
