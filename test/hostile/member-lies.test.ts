import {describe, expect, it} from 'vitest'
import {frameRules, type FrameName} from '../../src/protocol/frame.js'
import {maxMessageBytes} from '../../src/protocol/messages.js'
import {offer, sha256, transferId} from './offers.js'
import {Scene, type Answer} from './scene.js'
import type {Liar} from './liar.js'

type Lie = [what: string, tell: (mallory: Liar, scene: Scene) => unknown, answer: Answer]

const violation = {goaway: 'protocol-violation'}
const said = {type: 'say', kind: 'say', text: 'hello'}
const ana = {id: 2, nick: 'ana'}
const label = {transfer: transferId(1)}

/** Each lie is told by a member in its seat; nobody else may notice more than that it comes and goes. */
function each(lies: Lie[]): void {
  it.each(lies)('%s', async (_, tell, answer) => {
    const scene = await Scene.open()
    scene.room.host.intake.accept = 'ask'
    await scene.seat()
    await tell(scene.mallory, scene)
    await scene.answered(answer)
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })
}

const names = Object.keys(frameRules) as FrameName[]
const smallest = (name: FrameName): Buffer => Buffer.alloc(frameRules[name].minPayloadBytes, '{}')

describe('a member that sends a frame that is not due', () => {
  each(
    names
      .filter(name => frameRules[name].phase === 'admission' || name === 'attach' || name === 'attached')
      .map(name => [name, mallory => mallory.frame(name, smallest(name)), violation]),
  )
})

describe('a member that has not said what for, and sends', () => {
  const allowed = ['attach', 'ping', 'pong', 'goaway']
  it.each(names.filter(name => !allowed.includes(name)))('%s', async name => {
    const scene = await Scene.open()
    const {isOfChannel, number} = frameRules[name]
    scene.mallory.frame(name, smallest(name), {channel: isOfChannel ? 1 : 0, number: number === 'unused' ? 0 : 1})
    await scene.answered(violation)
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })
})

describe('a member that lies in a header: ', () => {
  each([
    ['a type that is not', mallory => mallory.frame('ping', '', {type: 0}), violation],
    ['a type that is not either', mallory => mallory.frame('ping', '', {type: 255}), violation],
    ['a message of 4 GiB', mallory => mallory.frame('message', '', {number: 1, length: 2 ** 32 - 1}), violation],
    ['a chunk of 65,537 bytes', mallory => mallory.frame('chunk', '', {channel: 1, length: 65_537}), violation],
    ['a message of nothing', mallory => mallory.frame('message', '', {number: 1}), violation],
    ['a chunk of nothing', mallory => mallory.frame('chunk', '', {channel: 1}), violation],
    ['a ping of seven bytes', mallory => mallory.frame('ping', 'seven b'), violation],
    ['a ping of nine bytes', mallory => mallory.frame('ping', 'nine byte'), violation],
    ['credit with a payload', mallory => mallory.frame('credit', 'all', {channel: 1}), violation],
    ['a flag that is not', mallory => mallory.frame('message', said, {number: 1, flags: 2}), violation],
    ['more of a ping', mallory => mallory.frame('ping', 'ping-000', {flags: 1}), violation],
    ['a numbered ping', mallory => mallory.frame('ping', 'ping-000', {number: 1}), violation],
    ['a message on a channel', mallory => mallory.frame('message', said, {number: 1, channel: 1}), violation],
    ['an open on no channel', mallory => mallory.frame('open', label), violation],
  ])
})

describe('a member that breaks the order of messages: ', () => {
  each([
    ['a gap', mallory => mallory.frame('message', said, {number: 2}), violation],
    ['the last number of all', mallory => mallory.frame('message', said, {number: 2 ** 48 - 1}), violation],
    ['a number that came before', repeat, 'nothing'],
    [
      'a part that does not fill its frame',
      mallory => mallory.sayInParts([Buffer.from('{'), Buffer.from('}')]),
      violation,
    ],
    ['a message without end', mallory => mallory.sayInParts(parts(maxMessageBytes / 65_536 + 1), false), violation],
    ['an ack of what was never sent', mallory => mallory.frame('ack', '', {number: 99}), violation],
    ['an ack of everything', mallory => mallory.frame('ack', '', {number: 2 ** 48 - 1}), violation],
    ['an ack of nothing', mallory => mallory.frame('ack', '', {number: 0}), 'nothing'],
    ['a pong that answers nothing', mallory => mallory.frame('pong', 'pong-000'), 'nothing'],
  ])

  function parts(count: number): Buffer[] {
    return Array.from({length: count}, () => Buffer.alloc(65_536, ' '))
  }

  async function repeat(mallory: Liar, {ana}: Scene): Promise<void> {
    mallory.say({...said, text: 'once'})
    mallory.frame('message', {...said, text: 'twice'}, {number: 1})
    mallory.frame('message', {...said, text: 'thrice'}, {number: 0})
    const {text} = await ana.event('message')
    expect(text).toBe('once')
  }
})

describe('a member whose payload is', () => {
  each([
    ['no JSON', mallory => mallory.say('hello'), violation],
    ['no UTF-8', mallory => mallory.say(Buffer.from([0xff, 0xfe])), violation],
    ['behind a byte order mark', mallory => mallory.say(`\ufeff${JSON.stringify(said)}`), violation],
    ['a lone surrogate', mallory => mallory.say('{"type":"say","kind":"say","text":"\\ud800"}'), violation],
    ['a list', mallory => mallory.say([said]), violation],
    ['null', mallory => mallory.say('null'), violation],
    ['of no type', mallory => mallory.say({kind: 'say', text: 'hello'}), violation],
    ['of a type that every object has', mallory => mallory.say({...said, type: 'constructor'}), violation],
    ['of a type that is a list', mallory => mallory.say({...said, type: ['say']}), violation],
    ['a prototype', mallory => mallory.say(`{"__proto__":${JSON.stringify(said)}}`), violation],
    ['a list 200,000 deep', sayDeep, 'nothing'],
    ['made to change all objects', pollute, 'nothing'],
  ])

  function sayDeep(mallory: Liar): void {
    const text = `{"type":"say","kind":"say","text":"deep","more":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const bytes = Buffer.from(text)
    const starts = Array.from({length: Math.ceil(bytes.length / 65_536)}, (_, index) => index * 65_536)
    mallory.sayInParts(starts.map(start => bytes.subarray(start, start + 65_536)))
  }

  async function pollute(mallory: Liar, {ana}: Scene): Promise<void> {
    mallory.say(
      '{"type":"say","kind":"say","text":"x","__proto__":{"isHost":true},"constructor":{"prototype":{"isHost":1}}}',
    )
    expect(await ana.event('message')).not.toHaveProperty('isHost')
    expect({}).not.toHaveProperty('isHost')
  }
})

describe('a member that says', () => {
  const refused = (request: string, code: string): Answer => ({told: {type: 'refused', request, code}})
  each([
    ['nothing', mallory => mallory.say({...said, text: ''}), violation],
    ['blanks', mallory => mallory.say({...said, text: ' \n\t'}), refused('say', 'empty-message')],
    ['65,537 bytes', mallory => mallory.sayInParts(cut({...said, text: 'x'.repeat(65_537)})), violation],
    ['something in a way that is not', mallory => mallory.say({...said, kind: 'shout'}), violation],
    ['something as ana', speakAsAna, 'nothing'],
    [
      'something to nobody',
      mallory => mallory.say({type: 'tell', to: 99, text: 'psst'}),
      refused('tell', 'unknown-member'),
    ],
    ['something to no number', mallory => mallory.say({type: 'tell', to: '2', text: 'psst'}), violation],
    ['something to a part of ana', mallory => mallory.say({type: 'tell', to: 2.5, text: 'psst'}), violation],
    ['something to less than nobody', mallory => mallory.say({type: 'tell', to: -2, text: 'psst'}), violation],
    ['something beyond all numbers', mallory => mallory.say('{"type":"tell","to":1e999,"text":"psst"}'), violation],
    ['that it is ana', mallory => mallory.say({type: 'rename', nick: 'ana'}), refused('rename', 'nick-taken')],
    ['that it is all', mallory => mallory.say({type: 'rename', nick: 'ALL'}), refused('rename', 'bad-nick')],
    ['that it is nameless', mallory => mallory.say({type: 'rename', nick: ''}), violation],
    [
      'that its name turns around',
      mallory => mallory.say({type: 'rename', nick: '\u202eana'}),
      refused('rename', 'bad-nick'),
    ],
    ['that its name has a line', mallory => mallory.say({type: 'rename', nick: 'a\nb'}), refused('rename', 'bad-nick')],
    ['that its name has no end', mallory => mallory.say({type: 'rename', nick: 'a'.repeat(129)}), violation],
  ])

  async function speakAsAna(mallory: Liar, {room}: Scene): Promise<void> {
    mallory.say({...said, from: ana, id: 7, self: true})
    expect(await room.host.event('message')).toMatchObject({id: 1, from: {nick: 'mallory'}, self: false})
  }

  function cut(message: object): Buffer[] {
    const bytes = Buffer.from(JSON.stringify(message))
    return [bytes.subarray(0, 65_536), bytes.subarray(65_536)]
  }
})

describe('a member that speaks as the host: ', () => {
  each([
    ['welcome', mallory => mallory.say({type: 'welcome', you: ana, host: ana, members: []}), violation],
    ['joined', mallory => mallory.say({type: 'joined', member: {id: 9, nick: 'eve'}}), violation],
    ['left', mallory => mallory.say({type: 'left', member: ana, reason: 'quit'}), violation],
    ['renamed', mallory => mallory.say({type: 'renamed', member: ana, was: 'eve'}), violation],
    ['message', mallory => mallory.say({type: 'message', id: 1, from: ana, kind: 'say', text: 'I resign'}), violation],
    ['refused', mallory => mallory.say({type: 'refused', request: 'say', code: 'muted'}), violation],
  ])
})

describe('a member that leaves with', () => {
  const gone = async ({ana}: Scene, reason: string): Promise<void> => {
    expect(await ana.event('left')).toMatchObject({member: {nick: 'mallory'}, reason})
  }

  it.each([
    ['a reason that nobody knows', {code: 'gone-fishing'}, 'lost'],
    ['the host’s own words', {code: 'closed'}, 'lost'],
    ['a reason of the host’s to replace it', {code: 'replaced'}, 'lost'],
    ['a message that no terminal should see', {code: 'bye', message: '\u001b[2J'}, 'quit'],
  ])('%s', async (_, goaway, reason) => {
    const scene = await Scene.open()
    await scene.seat()
    scene.mallory.frame('goaway', goaway)
    await gone(scene, reason)
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  each([
    ['a reason that is no word', mallory => mallory.frame('goaway', {code: 'Bye!'}), violation],
    ['no reason', mallory => mallory.frame('goaway', {}), violation],
    [
      'a message too long for one',
      mallory => mallory.frame('goaway', {code: 'bye', message: 'x'.repeat(257)}),
      violation,
    ],
  ])
})

describe('a member that lies about channels: ', () => {
  each([
    ['one of the host’s numbers', mallory => mallory.frame('open', label, {channel: 2}), violation],
    ['a number that it had', mallory => [1, 1].forEach(channel => mallory.frame('open', label, {channel})), violation],
    [
      'a number below one that it had',
      mallory => [5, 3].forEach(channel => mallory.frame('open', label, {channel})),
      violation,
    ],
    [
      'a label that is no transfer',
      mallory => mallory.frame('open', {transfer: 'A'.repeat(32)}, {channel: 1}),
      violation,
    ],
    ['a transfer that is not', mallory => mallory.frame('open', label, {channel: 1}), {reset: 'unknown-transfer'}],
    ['bytes on what it never opened', mallory => mallory.frame('chunk', 'abc', {channel: 1}), violation],
    ['the end of what it never opened', mallory => mallory.frame('end', {sha256: sha256('')}, {channel: 1}), violation],
    ['bytes on a channel of the host’s', mallory => mallory.frame('chunk', 'abc', {channel: 2}), violation],
    ['credit for what is not', mallory => mallory.frame('credit', '', {channel: 2, number: 2 ** 48 - 1}), 'nothing'],
    [
      'a reset of what is not',
      mallory => mallory.frame('reset', {code: 'cancelled'}, {channel: 4_294_967_295}),
      'nothing',
    ],
    ['a reset with no reason', mallory => mallory.frame('reset', {}, {channel: 1}), violation],
    [
      'a reset whose reason is no word',
      mallory => mallory.frame('reset', {code: '\u001b[2J'}, {channel: 1}),
      violation,
    ],
  ])
})

describe('a member that lies in an offer: ', () => {
  const declined = (number: number, code: string): Answer => ({
    told: {type: 'decline', transfer: transferId(number), code},
  })
  const offers = (changes: object) => (mallory: Liar) => mallory.say(offer(1, changes))
  each([
    ['fewer bytes than none', offers({bytes: -1}), violation],
    ['half a byte', offers({bytes: 0.5}), violation],
    ['more bytes than a number holds', offers({bytes: 2 ** 53}), violation],
    ['no word of the size', offers({bytes: undefined}), violation],
    ['no file', offers({files: 0}), violation],
    ['two files in one', offers({files: 2}), violation],
    ['no name', offers({name: ''}), violation],
    ['a name of 1,025 bytes', offers({name: 'x'.repeat(1025)}), violation],
    ['a name that climbs', offers({name: '../../.ssh/authorized_keys'}), declined(1, 'unsafe-name')],
    ['a name that hides its end', offers({name: 'a\u202etxt.exe'}), declined(1, 'unsafe-name')],
    ['a media type of 256 bytes', offers({mediaType: 'x'.repeat(256)}), violation],
    ['an id that is no id', offers({transfer: 'x'.repeat(32)}), violation],
    ['an id cut short', offers({transfer: '1'.repeat(31)}), violation],
    ['for nobody', offers({to: 99}), declined(1, 'unknown-member')],
    ['for itself', offers({to: 4}), declined(1, 'unknown-member')],
    ['for less than nobody', offers({to: 0}), violation],
    ['in the name of ana', offerAsAna, 'nothing'],
    ['twice', mallory => mallory.say(offer(1), offer(1)), declined(1, 'too-many')],
    [
      'to the host, then to ana under the same id',
      mallory => mallory.say(offer(1), offer(1, {to: 2})),
      declined(1, 'too-many'),
    ],
    ['once too often', offerOften, declined(33, 'too-many')],
  ])

  async function offerAsAna(mallory: Liar, {room}: Scene): Promise<void> {
    mallory.say(offer(1, {from: ana}))
    expect(await room.host.event('offer')).toMatchObject({from: {nick: 'mallory'}})
  }

  function offerOften(mallory: Liar): void {
    for (let number = 1; number <= 33; number++) mallory.say(offer(number))
  }
})
