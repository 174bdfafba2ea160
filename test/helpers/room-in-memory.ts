import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {onTestFinished} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {Door} from '../../src/door.js'
import {ChatctlError} from '../../src/errors/index.js'
import type {HostLink} from '../../src/host-link.js'
import {HostConversation} from '../../src/host-conversation.js'
import {Membership} from '../../src/membership.js'
import type {Purpose} from '../../src/protocol/payloads.js'
import {requestAttach} from '../../src/session/attach.js'
import type {SessionTicket} from '../../src/session/session-registry.js'
import type {Session} from '../../src/session/session.js'
import type {Transport} from '../../src/transport/transport.js'
import type {Intake} from '../../src/transfer/intake.js'
import {hostFingerprint, joinerFingerprint, secureMemoryPair} from './admission.js'
import {emptyMemory} from './peer-memory.js'
import {FakeClock} from './fake-clock.js'
import {temporaryDirectory} from './temporary-directory.js'
import {eventLoopTurns} from './until.js'
import {WirePeer} from './wire-peer.js'

/** Someone in a room: where their files are, and what has happened to them. */
export class Participant<Room extends HostConversation | Membership> {
  readonly room: Room
  readonly intake: Intake
  readonly events: RoomEvent[] = []
  readonly #waiting = new Set<() => void>()

  constructor(makeRoom: (intake: Intake) => Room) {
    this.intake = {directory: temporaryDirectory(), prefix: 'new_', accept: 'all'}
    this.room = makeRoom(this.intake)
    this.room.subscribe(event => {
      this.events.push(event)
      for (const look of [...this.#waiting]) look()
    })
  }

  /** The names of all files in the directory, hidden ones too. */
  get files(): string[] {
    return readdirSync(this.intake.directory).sort()
  }

  /** The names of all events so far, but for progress. */
  get happened(): string[] {
    return this.events.map(({event}) => event).filter(event => event !== 'progress')
  }

  write(name: string, bytes: Buffer | string): string {
    const path = join(this.intake.directory, name)
    writeFileSync(path, bytes)
    return path
  }

  /** Resolves with the first event of a kind. */
  async event<Kind extends RoomEvent['event']>(kind: Kind): Promise<Extract<RoomEvent, {event: Kind}>> {
    const find = () => this.events.find((event): event is Extract<RoomEvent, {event: Kind}> => event.event === kind)
    return new Promise(resolve => {
      const look = (): void => {
        const found = find()
        if (found === undefined) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }
}

/** The link of a member over all its connections: what has left over it, and whether the member reads. */
export class Link {
  sentBytes = 0
  /** Breaks the connection; the member comes back at once. */
  interrupt: () => void = () => undefined
  #joiner: Transport | undefined

  /** Goes on with a connection. */
  take({joiner, cut}: {joiner: Transport; cut: () => void}): void {
    this.#joiner = joiner
    this.interrupt = cut
    const write = joiner.write.bind(joiner)
    joiner.write = (buffers, onFlushed) => {
      this.sentBytes += buffers.reduce((sum, {byteLength}) => sum + byteLength, 0)
      write(buffers, onFlushed)
    }
  }

  /** The member reads nothing more. */
  stopReading(): void {
    this.#joiner?.pause()
  }

  /** It reads again. */
  readOn(): void {
    this.#joiner?.resume()
  }
}

/** A room without sockets, whose members are real ones, or peers who say what a test wants. */
export class RoomInMemory {
  readonly clock = new FakeClock()
  readonly host = new Participant(intake => this.#open(intake))

  /** Lets a member in; `cut` breaks its connection, and it cannot come back. */
  async member(nick: string): Promise<Participant<Membership> & {cut: () => void; link: Link}> {
    const line = new Link()
    let [mayReturn, ticket]: [boolean, SessionTicket | null] = [true, null]
    const attach = (session: Session, attached = (): void => undefined): Promise<void> => {
      const arrival = this.admit()
      line.take(arrival)
      const request = {session: ticket, lastSeen: session.lastSeen, nick, purpose: 'talk'} as const
      const admitted = {transport: arrival.joiner, rest: Buffer.alloc(0)}
      return requestAttach(admitted, request, this.clock, (connection, answer) => {
        ticket = answer.session
        session.attach(connection, answer.lastSeen)
        attached()
      })
    }
    const connect: HostLink['connect'] = session => attach(session)
    const reconnect: HostLink['reconnect'] = (session, _, {attached}) => {
      if (mayReturn) return attach(session, attached)
      return Promise.reject(new ChatctlError('connection-lost', 'the line is cut'))
    }
    const cut = (): void => {
      mayReturn = false
      line.interrupt()
    }
    const memory = emptyMemory('host')
    const remember = () => Promise.resolve()
    const link = {reached: undefined, memory, remember, connect, reconnect} as unknown as HostLink
    const member = new Participant(intake => new Membership({intake, clock: this.clock, link}))
    onTestFinished(() => member.room.leave())
    await member.room.enter()
    return Object.assign(member, {cut, link: line})
  }

  /** Lets in a peer that obeys no rule. */
  async peer(nick: string, purpose: Purpose = 'talk'): Promise<WirePeer> {
    const {joiner} = this.admit()
    const peer = new WirePeer(joiner).read()
    peer.send(['attach', {session: null, lastSeen: 0, nick, purpose}])
    await eventLoopTurns(2)
    return peer
  }

  /** Lets a device in that has said nothing yet; what it does then is up to whoever holds its end. */
  admit(peerFingerprint = joinerFingerprint) {
    const {joiner, host, cut} = secureMemoryPair()
    const admitted = {transport: host, peerFingerprint, isKnown: false, rest: Buffer.alloc(0)}
    void this.host.room.admit({...admitted, admittedBy: 'nothing'}).catch(() => undefined)
    return {joiner, cut}
  }

  #open(intake: Intake): HostConversation {
    const {clock} = this
    const door = new Door({ownFingerprint: hostFingerprint, codes: undefined, memory: emptyMemory(), clock})
    return new HostConversation({intake, clock, nick: 'bob', door, maxMembers: 1000})
  }
}
