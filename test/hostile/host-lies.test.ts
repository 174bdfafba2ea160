import {describe, expect, it, onTestFinished} from 'vitest'
import type {HostLink} from '../../src/host-link.js'
import {Membership} from '../../src/membership.js'
import {frameRules, type FrameName} from '../../src/protocol/frame.js'
import {attachTimeoutMs, requestAttach} from '../../src/session/attach.js'
import {emptyMemory} from '../helpers/peer-memory.js'
import {secureMemoryPair} from '../helpers/admission.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {openFilesOf} from '../helpers/open-files.js'
import {Participant} from '../helpers/room-in-memory.js'
import {until} from '../helpers/until.js'
import {Liar} from './liar.js'
import {offer, sha256, transferId} from './offers.js'

const ana = {id: 2, nick: 'ana'}
const bob = {id: 1, nick: 'bob'}
const eve = {id: 3, nick: 'eve'}
const ticket = {session: {id: '1'.repeat(32), token: '2'.repeat(64)}, lastSeen: 0}
const welcome = {type: 'welcome', you: ana, host: bob, members: [bob, eve]}
const transfer = transferId(1)

/** An honest member in the room of a host that does what a test wants. */
class Visit {
  readonly clock = new FakeClock()
  readonly host: Liar
  readonly ana: Participant<Membership>
  /** How entering ended: undefined when it went well. */
  readonly entered: Promise<unknown>

  constructor() {
    const pair = secureMemoryPair()
    this.host = new Liar(pair.host).read()
    const connect: HostLink['connect'] = session => {
      const request = {session: null, lastSeen: 0, nick: 'ana', purpose: 'talk'} as const
      const admitted = {transport: pair.joiner, rest: Buffer.alloc(0)}
      return requestAttach(admitted, request, this.clock, (connection, {lastSeen}) =>
        session.attach(connection, lastSeen),
      )
    }
    const remember = () => Promise.resolve()
    const link = {reached: undefined, memory: emptyMemory('host'), remember, connect} as unknown as HostLink
    this.ana = new Participant(intake => new Membership({intake, clock: this.clock, link}))
    this.entered = this.ana.room.enter().then(
      () => undefined,
      (error: unknown) => error,
    )
    onTestFinished(() => this.ana.room.leave())
  }

  /** A visit whose member has been welcomed. */
  static async begin(): Promise<Visit> {
    const visit = new Visit()
    visit.host.frame('attached', ticket)
    visit.host.say(welcome)
    expect(await visit.entered).toBeUndefined()
    return visit
  }

  /** Expects that the member has left with this error, has told the host this code, and keeps nothing. */
  async isOver(code: string, goaway: string[]): Promise<void> {
    const {ana, host, clock} = this
    expect((await ana.room.ended).error).toMatchObject({code})
    await until(() => host.isClosed)
    expect(host.farewells).toEqual(goaway)
    expect(ana.files).toEqual([])
    expect(openFilesOf(ana.intake.directory)).toBe(0)
    expect(clock.waiting).toBe(0)
  }

  /** Expects that the member is still there, and hears. */
  async goesOn(): Promise<void> {
    this.host.say({type: 'message', id: 9, from: bob, kind: 'say', text: 'well?'})
    await until(() => this.host.isClosed || this.ana.happened.includes('message'))
    expect(this.host.farewells).toEqual([])
  }
}

const names = Object.keys(frameRules) as FrameName[]
const smallest = (name: FrameName): Buffer => Buffer.alloc(frameRules[name].minPayloadBytes, '{}')

describe('a host that has not attached the session, and sends', () => {
  const allowed = ['attached', 'ping', 'pong', 'goaway']
  it.each(names.filter(name => !allowed.includes(name)))('%s', async name => {
    const visit = new Visit()
    const {isOfChannel, number} = frameRules[name]
    visit.host.frame(name, smallest(name), {channel: isOfChannel ? 2 : 0, number: number === 'unused' ? 0 : 1})
    expect(await visit.entered).toMatchObject({code: 'protocol-violation', exitCode: 7})
    expect(visit.host.farewells).toEqual(['protocol-violation'])
  })
})

describe('a host that attaches', () => {
  it.each<[string, object]>([
    ['without a ticket', {lastSeen: 0}],
    ['with a token that is none', {...ticket, session: {...ticket.session, token: 'secret'}}],
    ['having seen what was never sent', {...ticket, lastSeen: 5}],
    ['having seen less than nothing', {...ticket, lastSeen: -1}],
  ])('%s is left', async (_, attached) => {
    const visit = new Visit()
    visit.host.frame('attached', attached)
    expect(await visit.entered).toMatchObject({code: 'protocol-violation'})
    expect(visit.host.farewells).toEqual(['protocol-violation'])
  })

  it('and says nothing else is left after a while', async () => {
    const visit = new Visit()
    visit.host.frame('attached', ticket)
    await until(() => visit.ana.room.session.isAttached)
    visit.clock.advance(attachTimeoutMs)
    expect(await visit.entered).toMatchObject({code: 'connection-lost'})
    await visit.isOver('connection-lost', ['timeout'])
  })

  it.each<[string, object]>([
    ['talk', {type: 'message', id: 1, from: bob, kind: 'say', text: 'hello'}],
    ['a coming', {type: 'joined', member: eve}],
    ['a going', {type: 'left', member: eve, reason: 'quit'}],
    ['another name', {type: 'renamed', member: ana, was: 'eve'}],
  ])('and begins with %s in place of the welcome is left', async (_, message) => {
    const visit = new Visit()
    visit.host.frame('attached', ticket)
    visit.host.say(message)
    expect(await visit.entered).toMatchObject({code: 'protocol-violation'})
    await visit.isOver('protocol-violation', ['protocol-violation'])
    expect(visit.ana.happened).toEqual(['bye'])
  })

  it.each<[string, object]>([
    ['itself twice', {members: [bob, bob]}],
    ['two of one number', {members: [bob, {id: 1, nick: 'eve'}]}],
    ['the newcomer as somebody else', {members: [bob, {id: 2, nick: 'eve'}]}],
    ['no members', {members: undefined}],
    ['somebody without a number', {members: [{nick: 'eve'}]}],
    ['more than 10,000', {members: Array.from({length: 10_001}, (_, id) => ({id: id + 3, nick: 'x'}))}],
  ])('and welcomes with %s is left', async (_, changes) => {
    const visit = new Visit()
    visit.host.frame('attached', ticket)
    const bytes = Buffer.from(JSON.stringify({...welcome, ...changes}))
    const parts = Array.from({length: Math.ceil(bytes.length / 65_536)}, (_, index) => index * 65_536)
    visit.host.sayInParts(parts.map(start => bytes.subarray(start, start + 65_536)))
    expect(await visit.entered).toMatchObject({code: 'protocol-violation'})
    await visit.isOver('protocol-violation', ['protocol-violation'])
  })
})

type Lie = [what: string, tell: (host: Liar, visit: Visit) => unknown]

describe('a host that tells a member', () => {
  const lies: Lie[] = [
    ['welcome twice', host => host.say(welcome)],
    ['that somebody came who is here', host => host.say({type: 'joined', member: eve})],
    ['that the member itself came', host => host.say({type: 'joined', member: ana})],
    [
      'that somebody went who never was',
      host => host.say({type: 'left', member: {id: 9, nick: 'ghost'}, reason: 'quit'}),
    ],
    ['that the member itself went', host => host.say({type: 'left', member: ana, reason: 'kicked'})],
    ['that somebody went for no known reason', host => host.say({type: 'left', member: eve, reason: 'bored'})],
    [
      'another name of somebody who never was',
      host => host.say({type: 'renamed', member: {id: 9, nick: 'x'}, was: 'y'}),
    ],
    ['a name of no letters', host => host.say({type: 'renamed', member: {id: 3, nick: ''}, was: 'eve'})],
    ['what it would have to be told', host => host.say({type: 'say', kind: 'say', text: 'hello'})],
    ['to attach again', host => host.frame('attached', ticket)],
    ['that it has what was never sent', host => host.frame('ack', '', {number: 7})],
    ['something behind a gap', host => host.frame('message', welcome, {number: 5})],
    ['of a channel of its own numbers', host => host.frame('open', {transfer}, {channel: 1})],
    ['bytes that nobody asked for', host => host.frame('chunk', 'x', {channel: 2})],
    ['something that is no JSON', host => host.say('welcome!')],
    ['something that is 4 GiB', host => host.frame('message', '', {number: 2, length: 2 ** 32 - 1})],
  ]
  it.each(lies)('%s is left with a clear error', async (_, tell) => {
    const visit = await Visit.begin()
    await tell(visit.host, visit)
    await visit.isOver('protocol-violation', ['protocol-violation'])
  })

  it.each<Lie>([
    ['that a request was refused which was never made', h => h.say({type: 'refused', request: 'rename', code: 'no'})],
    ['of transfers that are not', h => h.say(...['accept', 'verified', 'cancel'].map(type => ({type, transfer})))],
    ['of failures that are not', h => h.say(...['decline', 'failed'].map(type => ({type, transfer, code: 'x'})))],
    ['credit for nothing', h => h.frame('credit', '', {channel: 1, number: 2 ** 48 - 1})],
    [
      'the words of a stranger',
      h => h.say({type: 'message', id: 1, from: {id: 99, nick: 'x'}, kind: 'say', text: 'hi'}),
    ],
    ['things of the future', h => h.say({type: 'joined', member: {id: 4, nick: 'new', role: 'admin'}, since: 1})],
  ])('%s changes nothing', async (_, tell) => {
    const visit = await Visit.begin()
    await tell(visit.host, visit)
    await visit.goesOn()
  })

  it.each([
    ['closed', undefined],
    ['gone-fishing', 'connection-lost'],
    ['slow', 'connection-lost'],
    ['bye', 'connection-lost'],
    ['constructor', 'connection-lost'],
  ])('goodbye as %s ends it once', async (code, error) => {
    const visit = await Visit.begin()
    visit.host.frame('goaway', {code, message: '\u001b[2J'})
    const ending = await visit.ana.room.ended
    expect(ending.error?.code).toBe(error)
    expect(JSON.stringify(visit.ana.events)).not.toContain('[2J')
    expect(visit.ana.happened.filter(event => event === 'bye')).toHaveLength(1)
  })
})

describe('a host that offers a member', () => {
  it('a file whose name climbs is declined, and nothing is written', async () => {
    const visit = await Visit.begin()
    visit.host.say(offer(1, {name: '../../.bashrc'}))
    await until(() => visit.host.heard('decline').length === 1)
    expect(visit.host.heard('decline')).toMatchObject([{code: 'unsafe-name'}])
    await visit.goesOn()
    expect(visit.ana.files).toEqual([])
  })

  it.each<[string, string, string]>([
    ['more than it sends', 'ab', 'size-mismatch'],
    ['less than it sends', 'abcd', 'size-mismatch'],
    ['other bytes than it sends', 'xyz', 'digest-mismatch'],
  ])('%s hears of it, and nothing is kept', async (_, bytes, code) => {
    const visit = await Visit.begin()
    visit.host.say(offer(1))
    await until(() => visit.host.heard('accept').length === 1)
    visit.host.frame('open', {transfer}, {channel: 2})
    await until(() => visit.host.all('credit').length > 0)
    visit.host.frame('chunk', bytes, {channel: 2})
    visit.host.frame('end', {sha256: sha256('abc')}, {channel: 2, number: bytes.length})
    expect(await visit.ana.event('failed')).toMatchObject({code})
    await until(() => visit.ana.files.length === 0)
    await visit.goesOn()
  })

  it('a file in the name of another is shown as that other’s: the host is trusted with the room', async () => {
    const visit = await Visit.begin()
    visit.host.say(offer(1, {from: eve}))
    expect(await visit.ana.event('offer')).toMatchObject({from: eve})
  })
})
