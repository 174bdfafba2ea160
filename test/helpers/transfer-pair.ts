import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Member, RoomEvent} from '../../src/conversation.js'
import type {ChatctlError} from '../../src/errors/index.js'
import {isFileMessage} from '../../src/protocol/messages.js'
import type {Role} from '../../src/session/channels.js'
import {Connection} from '../../src/session/connection.js'
import {Session} from '../../src/session/session.js'
import {Bandwidth} from '../../src/transfer/pace/bandwidth.js'
import type {Intake} from '../../src/transfer/intake.js'
import {TransferDesk} from '../../src/transfer/transfer-desk.js'
import {memoryPair, type Split} from '../../src/transport/memory-pair.js'
import type {Transport} from '../../src/transport/transport.js'
import {CountedClock} from './counted-clock.js'
import {FakeClock} from './fake-clock.js'
import {temporaryDirectory} from './temporary-directory.js'
import {TestSession} from './test-session.js'
import {eventLoopTurns} from './until.js'

const members: Record<Role, Member> = {host: {id: 1, nick: 'bob'}, joiner: {id: 2, nick: 'ana'}}

interface DeskEndOptions {
  /** An empty one of its own by default. */
  directory?: string
  /** Without it, what it offers cannot be resumed. */
  jobKey?: Buffer
}

/** One end of a session with its desk, its own directory, and everything that happened there. */
export class DeskEnd {
  readonly clock = new FakeClock()
  /** The clock as the desk has it, without the connection's pings. */
  readonly deskClock = new CountedClock(this.clock)
  readonly directory: string
  readonly intake: Intake
  readonly events: RoomEvent[] = []
  /** Hears each event as it happens. */
  onEvent: (event: RoomEvent) => void = noop
  readonly session: Session
  readonly bandwidth = new Bandwidth(this.deskClock)
  isPeerKnown = false
  readonly desk: TransferDesk
  #number = 0

  constructor(role: Role, {directory = temporaryDirectory(), jobKey}: DeskEndOptions = {}) {
    this.directory = directory
    this.intake = {directory, prefix: 'new_', accept: 'all'}
    this.session = new Session(role, {
      message: message => {
        if (isFileMessage(message)) this.desk.handle(message)
      },
      channel: channel => this.desk.handleChannel(channel),
      detached: () => this.desk.detached(),
      ended: ({error}) => {
        if (error) void this.desk.close(error)
      },
    })
    this.desk = new TransferDesk({
      session: this.session,
      peer: () => members[role === 'host' ? 'joiner' : 'host'],
      isPeerKnown: () => this.isPeerKnown,
      peerFingerprint: () => role,
      jobKey,
      intake: this.intake,
      clock: this.deskClock,
      nextNumber: () => ++this.#number,
      bandwidth: this.bandwidth,
      emit: event => {
        this.events.push(event)
        this.onEvent(event)
      },
    })
  }

  /** The names of all events so far. */
  get happened(): string[] {
    return this.events.map(({event}) => event)
  }

  /** The names of all files in the directory, hidden ones too. */
  get files(): string[] {
    return readdirSync(this.directory).sort()
  }

  /** Writes a file into the directory and returns its path. */
  write(name: string, bytes: Buffer | string): string {
    const path = join(this.directory, name)
    writeFileSync(path, bytes)
    return path
  }

  attach(transport: Transport, peerLastSeen = 0): void {
    const nobody = {nextFrame: () => undefined, frame: noop, chunk: noop, closed: noop}
    const connection = new Connection(transport, nobody, this.clock)
    this.session.attach(connection, peerLastSeen)
    connection.start(Buffer.alloc(0))
  }
}

/** Joins two desks in memory. */
export function joinDesks(split?: Split): {host: DeskEnd; member: DeskEnd; cut: () => void} {
  const {a, b, cut} = memoryPair(split)
  const [host, member] = [new DeskEnd('host'), new DeskEnd('joiner')]
  host.attach(a)
  member.attach(b)
  return {host, member, cut: () => cut()}
}

/** Joins a host's desk to a peer that says and does what a test wants. */
export function meetPeer(): {host: DeskEnd; peer: TestSession} {
  const {a, b} = memoryPair()
  const [host, peer] = [new DeskEnd('host'), new TestSession('joiner')]
  host.attach(a)
  peer.attach(b, 0, host.clock)
  return {host, peer}
}

/** Resolves with the error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<ChatctlError> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as ChatctlError,
  )
}

function noop(): void {
  return undefined
}

/** Lets time pass at every end alike, in steps short enough for the answers to pings to come. */
export async function passTime(ms: number, ends: DeskEnd[], stepMs = 1000): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    for (const {clock} of ends) clock.advance(Math.min(stepMs, ms - passed))
    await eventLoopTurns(2)
  }
}
