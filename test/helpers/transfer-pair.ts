import type {Member, RoomEvent} from '../../src/conversation.js'
import type {ChatctlError} from '../../src/errors/index.js'
import {Connection} from '../../src/session/connection.js'
import {Session} from '../../src/session/session.js'
import {isFileMessage, type FileMessage} from '../../src/protocol/messages.js'
import {TransferDesk, type Intake} from '../../src/transfer/transfer-desk.js'
import {memoryPair, type MemoryTransport, type Split} from '../../src/transport/memory-pair.js'
import {FakeClock} from './fake-clock.js'

/** One end of a session with its desk, and everything that happened there. */
export interface DeskEnd {
  desk: TransferDesk
  session: Session
  intake: Intake
  events: RoomEvent[]
  heard: FileMessage[]
}

/** Two desks over two sessions, joined in memory. */
export interface TransferPair {
  host: DeskEnd
  member: DeskEnd
  clock: FakeClock
  cut: () => void
}

const ana: Member = {id: 2, nick: 'ana'}
const bob: Member = {id: 1, nick: 'bob'}

/** Joins two desks; each puts what it receives into its own directory. */
export function joinDesks(directories: {host: string; member: string}, split?: Split): TransferPair {
  const clock = new FakeClock()
  const {a, b, cut} = memoryPair(split)
  const host = openEnd('host', directories.host, ana, clock)
  const member = openEnd('joiner', directories.member, bob, clock)
  attach(host.session, a, clock)
  attach(member.session, b, clock)
  return {host, member, clock, cut: () => cut()}
}

function openEnd(role: 'host' | 'joiner', directory: string, peer: Member, clock: FakeClock): DeskEnd {
  const events: RoomEvent[] = []
  const heard: FileMessage[] = []
  const session = new Session(role, {
    message: message => {
      if (!isFileMessage(message)) return
      heard.push(message)
      desk.handle(message)
    },
    channel: channel => desk.handleChannel(channel),
    detached: () => undefined,
    ended: ({error}) => void (error && desk.close(error)),
  })
  const intake: Intake = {directory, prefix: 'new_', accept: 'all'}
  let number = 0
  const emit = (event: RoomEvent) => events.push(event)
  const nextNumber = () => ++number
  const desk: TransferDesk = new TransferDesk({session, peer: () => peer, intake, clock, nextNumber, emit})
  return {desk, session, intake, events, heard}
}

function attach(session: Session, transport: MemoryTransport, clock: FakeClock): void {
  const early = () => {
    throw new Error('a frame before the session took over')
  }
  const owner = {nextFrame: () => undefined, frame: early, chunk: early, idle: () => undefined, closed: () => undefined}
  const connection = new Connection(transport, owner, clock)
  session.attach(connection, 0)
  connection.start(Buffer.alloc(0))
}

/** Resolves with the error that a promise of ours rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<ChatctlError> {
  return promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as ChatctlError,
  )
}
