import {createHash} from 'node:crypto'
import {utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Door} from '../../src/door.js'
import {HostConversation} from '../../src/host-conversation.js'
import type {HostLink} from '../../src/host-link.js'
import {Membership} from '../../src/membership.js'
import {seekAdmission} from '../../src/security/admission.js'
import {
  confirmationKey,
  generator,
  joinWithLengths,
  makeShare,
  sessionKey,
  sharedPoint,
} from '../../src/security/cpace.js'
import {encodeHello} from '../../src/security/hello.js'
import {Codes} from '../../src/security/codes.js'
import {ackDelayMs} from '../../src/session/ack-timer.js'
import {requestAttach} from '../../src/session/attach.js'
import {heartbeatIntervalMs} from '../../src/session/heartbeat.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {FakeArrival, hostFingerprint, joinerFingerprint, joinerOptions, rightCode} from '../helpers/admission.js'
import {emptyMemory} from '../helpers/peer-memory.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

const writtenAt = new Date('2026-01-01T00:00:00Z')

/** What is random otherwise, in the order in which each end needs it. */
export const fixedRandom = {
  joiner: {joinerScalar: scalar('joiner'), transfer: digest('transfer').subarray(0, 16)},
  host: {hostScalar: scalar('host'), session: digest('session').subarray(0, 16), token: digest('token')},
}

function digest(text: string): Buffer {
  return createHash('sha256').update(`chatctl/1 transcript ${text}`).digest()
}

/** Little endian, with the top four bits cleared. */
function scalar(role: string): Buffer {
  const bytes = digest(role)
  bytes[31]! &= 0x0f
  return bytes
}

/** Who joins. */
export class Ana {
  readonly clock = new FakeClock()
  readonly membership: Membership
  readonly #transport: SecureTransport
  readonly #directory = temporaryDirectory()

  constructor(transport: SecureTransport) {
    this.#transport = transport
    const intake = {directory: this.#directory, prefix: 'new_', accept: 'none'} as const
    const link = {reached: undefined, memory: emptyMemory('host')} as unknown as HostLink
    this.membership = new Membership({intake, clock: this.clock, link})
  }

  async enter(): Promise<void> {
    const {clock} = this
    const admitted = await seekAdmission(this.#transport, joinerOptions({clock}))
    const request = {session: null, lastSeen: 0, nick: 'ana', purpose: 'talk'} as const
    const {session} = this.membership
    await requestAttach(admitted, request, clock, (connection, {lastSeen}) => session.attach(connection, lastSeen))
    await this.membership.welcomed
  }

  async sendFile(): Promise<void> {
    const path = join(this.#directory, 'note.txt')
    writeFileSync(path, 'hello, file\n')
    utimesSync(path, writtenAt, writtenAt)
    const {delivered} = await this.membership.sendFile(path)
    await delivered
  }
}

/** Who listens. */
export class Bob {
  readonly clock = new FakeClock()
  readonly room: HostConversation
  readonly #door: Door
  readonly #transport: SecureTransport

  constructor(transport: SecureTransport) {
    this.#transport = transport
    const intake = {directory: temporaryDirectory(), prefix: 'new_', accept: 'ask'} as const
    const {clock} = this
    this.#door = new Door({ownFingerprint: hostFingerprint, codes: new Codes(rightCode), memory: emptyMemory(), clock})
    this.room = new HostConversation({intake, clock, nick: 'bob', door: this.#door, maxMembers: 2})
  }

  async enter(): Promise<void> {
    await this.room.admit(await this.#door.admit(this.#transport, new FakeArrival()))
  }

  async acceptOffer(): Promise<void> {
    await until(() => this.room.offers().length > 0)
    this.room.accept(this.room.offers()[0]!.transfer)
  }
}

/** One thing that happens, and what each end does for it of its own accord. */
export interface Happening {
  title: string
  joiner?: (ana: Ana) => unknown
  host?: (bob: Bob) => unknown
}

const later: Happening = {
  title: 'A little later: what no message could carry is acknowledged',
  joiner: ana => ana.clock.advance(ackDelayMs),
  host: bob => bob.clock.advance(ackDelayMs),
}

/** The whole conversation. */
export const happenings: Happening[] = [
  {title: 'Admission by a code, and a new session', joiner: ana => ana.enter(), host: bob => bob.enter()},
  {title: 'The joiner says something, and the room has it', joiner: ana => ana.membership.say('hello, bob')},
  {title: 'The host says something', host: bob => bob.room.say('hello, ana 😀')},
  later,
  {title: 'A sign of life', joiner: ana => ana.clock.advance(heartbeatIntervalMs)},
  {title: 'Another nick', joiner: ana => ana.membership.rename('anna')},
  {title: 'A nick that is taken', joiner: ana => ana.membership.rename('bob').catch(() => undefined)},
  {title: 'A file of 12 bytes', joiner: ana => ana.sendFile(), host: bob => bob.acceptOffer()},
  {title: 'Goodbye', joiner: ana => ana.membership.leave()},
]

/** What the transcript tells beside the bytes. */
export function fixedValues(): Record<string, string> {
  const {joinerScalar} = fixedRandom.joiner
  const {hostScalar} = fixedRandom.host
  return {
    code: rightCode,
    ...inHex({
      exporter,
      hostFingerprint: fingerprints[0],
      joinerFingerprint: fingerprints[1],
      joinerScalar,
      hostScalar,
    }),
    ...inHex(proofValues(joinerScalar, hostScalar)),
  }
}

const exporter = Buffer.alloc(32, 7)
const fingerprints = [Buffer.from(hostFingerprint, 'hex'), Buffer.from(joinerFingerprint, 'hex')] as const

function proofValues(joinerScalar: Buffer, hostScalar: Buffer) {
  const channelId = joinWithLengths(Buffer.from('chatctl/1 cpace'), ...fingerprints)
  const g = generator(Buffer.from(rightCode), channelId, exporter)
  const [Ya, Yb] = [makeShare(g, joinerScalar), makeShare(g, hostScalar)]
  const K = sharedPoint(joinerScalar, Ya, Yb)
  const ADa = joinWithLengths(Buffer.from('joiner'), encodeHello({known: false}))
  const ADb = joinWithLengths(Buffer.from('host'), encodeHello({known: false, open: false}))
  const ISK = sessionKey(exporter, K, {share: Ya, data: ADa}, {share: Yb, data: ADb})
  return {g, K, ISK, macKey: confirmationKey(exporter, ISK)}
}

function inHex(values: Record<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]))
}
