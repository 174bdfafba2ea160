import {randomBytes, timingSafeEqual} from 'node:crypto'
import type {Attached} from '../protocol/payloads.js'
import type {Session} from './session.js'

/** What names a session on the wire, and proves the right to return to it. */
export type SessionTicket = Attached['session']

interface Entry {
  session: Session
  token: Buffer
  fingerprint: string
}

/** The sessions of a host, so that a joiner whose connection died comes back to its own, and nobody else does. */
export class SessionRegistry {
  readonly #entries = new Map<string, Entry>()

  /** Makes the ticket of a new session of a device. */
  add(session: Session, fingerprint: string): SessionTicket {
    const id = randomBytes(16).toString('hex')
    const token = randomBytes(32)
    this.#entries.set(id, {session, token, fingerprint})
    return {id, token: token.toString('hex')}
  }

  /** Finds a session by its whole ticket, for the device that it was given to. */
  find({id, token}: SessionTicket, fingerprint: string): Session | undefined {
    const entry = this.#entries.get(id)
    if (entry?.fingerprint !== fingerprint) return undefined
    return timingSafeEqual(entry.token, Buffer.from(token, 'hex')) ? entry.session : undefined
  }

  /** Whether a device has a session, though its connection may be broken. */
  has(fingerprint: string): boolean {
    return [...this.#entries.values()].some(entry => entry.fingerprint === fingerprint)
  }

  /** Forgets a session that has ended. */
  remove(id: string): void {
    this.#entries.delete(id)
  }
}
