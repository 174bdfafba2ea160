import {createHash} from 'node:crypto'
import {utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Door} from '../../src/door.js'
import {HostConversation} from '../../src/host-conversation.js'
import type {HostLink} from '../../src/host-link.js'
import {Membership} from '../../src/membership.js'
import {PeerMemory} from '../../src/peer-memory.js'
import {seekAdmission} from '../../src/security/admission.js'
import {Codes} from '../../src/security/codes.js'
import {requestAttach} from '../../src/session/attach.js'
import type {Role} from '../../src/session/channels.js'
import type {SessionTicket} from '../../src/session/session-registry.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {FakeArrival, hostFingerprint, joinerFingerprint, joinerOptions, rightCode} from '../helpers/admission.js'
import {emptyMemory, emptyPeers, JournalInMemory} from '../helpers/peer-memory.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'
import type {TranscriptHead} from './transcript.js'

/** When all that is sent was written. */
export const writtenAt = new Date('2026-01-01T00:00:00Z')

/** Bytes that are random otherwise, and who draws them. */
export interface Draw {
  by: Role
  bytes: Buffer
}

/** Bytes that look like random ones, and are the same each time. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(`chatctl/1 transcript ${text}`).digest()
}

/** What a host draws for a new session: its id, and its token. */
export const sessionDraws: Draw[] = [
  {by: 'host', bytes: digest('session').subarray(0, 16)},
  {by: 'host', bytes: digest('token')},
]

/** What the joiner calls the transfer that it offers. */
export const transferDraw: Draw = {by: 'joiner', bytes: digest('transfer').subarray(0, 16)}

/** Values as a transcript shows them. */
export function inHex(values: Record<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]))
}

/** Who joins. */
export class Ana {
  readonly clock = new FakeClock()
  readonly membership: Membership
  readonly directory = temporaryDirectory()
  readonly #isKnown: () => boolean
  #ticket: SessionTicket | undefined

  constructor({areKnown}: Scene) {
    this.#isKnown = () => areKnown
    const intake = {directory: this.directory, prefix: 'new_', accept: 'none'} as const
    const jobKey = digest('job').subarray(0, 16)
    const reconnect = () => Promise.resolve()
    const link = {reached: undefined, memory: emptyMemory('host'), jobKey, reconnect} as unknown as HostLink
    this.membership = new Membership({intake, clock: this.clock, link})
  }

  /** Comes for the first time, or back. */
  async enter(transport: SecureTransport): Promise<void> {
    const {clock} = this
    const {session} = this.membership
    const admitted = await seekAdmission(transport, joinerOptions({clock, isKnown: this.#isKnown}))
    const ticket = this.#ticket ?? null
    const request = {session: ticket, lastSeen: session.lastSeen, nick: 'ana', purpose: 'talk'} as const
    await requestAttach(admitted, request, clock, (connection, answer) => {
      this.#ticket = answer.session
      session.attach(connection, answer.lastSeen)
    })
    await this.membership.welcomed
  }

  async sendFile(): Promise<void> {
    const path = join(this.directory, 'note.txt')
    writeFileSync(path, 'hello, file\n')
    utimesSync(path, writtenAt, writtenAt)
    const {delivered} = await this.membership.sendFile(path)
    await delivered
  }
}

/** A room of which a scene sees whether something waits for a guest who is away. */
class WatchedRoom extends HostConversation {
  get hasWaiting(): boolean {
    return this.members().some(member => (this.sessionTo(member)?.waitingBytes ?? 0) > 0)
  }
}

/** Who listens. */
export class Bob {
  readonly clock = new FakeClock()
  readonly room: WatchedRoom
  readonly #door: Door

  constructor({areKnown}: Scene) {
    const intake = {directory: temporaryDirectory(), prefix: 'new_', accept: 'ask'} as const
    const {clock} = this
    const memory = areKnown ? memoryOfAna() : emptyMemory()
    this.#door = new Door({ownFingerprint: hostFingerprint, codes: new Codes(rightCode), memory, clock})
    this.room = new WatchedRoom({intake, clock, nick: 'bob', door: this.#door, maxMembers: 2})
  }

  async enter(transport: SecureTransport): Promise<void> {
    await this.room.admit(await this.#door.admit(transport, new FakeArrival()))
  }

  async acceptOffer(): Promise<void> {
    await until(() => this.room.offers().length > 0)
    this.room.accept(this.room.offers()[0]!.transfer)
  }
}

function memoryOfAna(): PeerMemory {
  const journal = new JournalInMemory()
  journal.records.push({type: 'remember', fingerprint: joinerFingerprint, name: 'ana', at: writtenAt.toISOString()})
  return new PeerMemory(emptyPeers(journal), 'guest')
}

/** One thing that happens, and what each end does for it of its own accord, over its end of the connection of the moment. */
export interface Happening {
  title: string
  /** Whether the connection breaks, and there is another one from now on. */
  isCut?: boolean
  joiner?: (ana: Ana, transport: SecureTransport) => unknown
  host?: (bob: Bob, transport: SecureTransport) => unknown
}

/** What happens between two ends, and what is fixed before it. */
export interface Scene {
  /** Whether they remember each other. */
  areKnown: boolean
  /** Whether what they send is a directory. */
  carriesTree: boolean
  /** In the order in which both ends draw them. */
  draws: Draw[]
  /** What its transcript tells beside the bytes. */
  head: () => TranscriptHead
  happenings: Happening[]
}
