import type {Message} from '../../src/protocol/messages.js'
import type {Role} from '../../src/session/channels.js'
import {systemClock, type Clock} from '../../src/session/clock.js'
import {Connection, type ConnectionEnd} from '../../src/session/connection.js'
import type {ReceiveChannel} from '../../src/session/receive-channel.js'
import {Session, type SessionEnd, type SessionOwner} from '../../src/session/session.js'
import type {Transport} from '../../src/transport/transport.js'

/** A session that remembers what it heard. */
export class TestSession {
  readonly session: Session
  readonly texts: string[] = []
  readonly messages: Message[] = []
  readonly channels: ReceiveChannel[] = []
  readonly detachments: ConnectionEnd[] = []
  ended: SessionEnd | undefined
  onChannel: (channel: ReceiveChannel) => void = () => undefined
  #waiting: (() => void)[] = []

  constructor(role: Role, mayAcknowledge?: () => boolean) {
    const owner: SessionOwner = {
      message: message => this.#note(() => this.#keep(message)),
      channel: channel =>
        this.#note(() => {
          this.channels.push(channel)
          this.onChannel(channel)
        }),
      detached: end => this.#note(() => this.detachments.push(end)),
      ended: end => this.#note(() => (this.ended = end)),
    }
    this.session = new Session(role, owner, mayAcknowledge)
  }

  /** Sends a text in the way of this side. */
  say(text: string): void {
    const host = {id: 1, nick: 'host'}
    if (this.session.role === 'joiner') this.session.send({type: 'say', kind: 'say', text})
    else this.session.send({type: 'message', id: 1, from: host, kind: 'say', text})
  }

  /** Attaches to a transport as if the peer had seen `peerLastSeen`. */
  attach(transport: Transport, peerLastSeen: number, clock: Clock = systemClock): Connection {
    const nobody = {nextFrame: () => undefined, frame: noop, chunk: noop, closed: noop}
    const connection = new Connection(transport, nobody, clock)
    this.session.attach(connection, peerLastSeen)
    connection.start(Buffer.alloc(0))
    return connection
  }

  /** Resolves as soon as `condition` holds, looked at after each thing that is heard. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise(resolve => {
      this.#waiting.push(() => {
        if (condition()) resolve()
      })
    })
  }

  #keep(message: Message): void {
    this.messages.push(message)
    if ('text' in message) this.texts.push(message.text)
  }

  #note(happens: () => void): void {
    happens()
    for (const look of this.#waiting) look()
  }
}

function noop(): void {
  return undefined
}

/** Attaches both sides to a pair of transports. */
export function attachBoth(host: TestSession, joiner: TestSession, pair: {host: Transport; joiner: Transport}): void {
  host.attach(pair.host, joiner.session.lastSeen)
  joiner.attach(pair.joiner, host.session.lastSeen)
}
