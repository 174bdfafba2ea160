import type {Socket} from 'node:net'
import {plainAddress} from './address.js'
import {systemClock, type Clock} from './clock.js'
import type {Transport} from './transport.js'

/** How long a peer that does not read may hold up the end of a transport. */
export const endDeadlineMs = 5000

/** A transport over one connected stream socket. */
export class SocketTransport implements Transport {
  readonly remoteAddress: string
  readonly #socket: Socket
  readonly #clock: Clock
  #onData: (bytes: Buffer) => void = () => undefined
  #onClose: ((error?: Error) => void) | undefined
  #error: Error | undefined
  #isClosed = false
  #stopDeadline: (() => void) | undefined

  constructor(socket: Socket, clock: Clock = systemClock) {
    this.#socket = socket
    this.#clock = clock
    this.remoteAddress = plainAddress(socket.remoteAddress ?? '')
    socket.pause()
    socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    // The peer's end closes this side too, but only once everything queued is out: the peer may never read it.
    socket.on('end', () => this.#limitClosing())
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#close())
    if (socket.destroyed) queueMicrotask(() => this.#close())
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  get onData(): (bytes: Buffer) => void {
    return this.#onData
  }

  set onData(receive: (bytes: Buffer) => void) {
    this.#onData = receive
    this.#socket.resume()
  }

  get onClose(): (error?: Error) => void {
    return this.#onClose ?? (() => undefined)
  }

  set onClose(closed: (error?: Error) => void) {
    this.#onClose = closed
    if (this.#isClosed) queueMicrotask(() => this.#tellClosed())
  }

  write(buffers: readonly Uint8Array[], onFlushed?: () => void): void {
    const socket = this.#socket
    if (!socket.writable) return
    let left = buffers.length
    socket.cork()
    for (const buffer of buffers) {
      left--
      if (left > 0 || onFlushed === undefined) socket.write(buffer)
      else socket.write(buffer, error => (error ? undefined : onFlushed()))
    }
    socket.uncork()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    // Read on, into nothing: closing with unread bytes resets the connection and can take with it what was just sent.
    this.onData = () => undefined
    this.#socket.end()
    this.#limitClosing()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** A record of TLS that is not as it should be is an error to Node, but no reason to close the socket. */
  #fail(error: Error): void {
    this.#error ??= error
    this.#socket.destroy()
  }

  #limitClosing(): void {
    if (this.#isClosed) return
    this.#stopDeadline ??= this.#clock.setTimeout(() => this.#socket.destroy(), endDeadlineMs)
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stopDeadline?.()
    this.#tellClosed()
  }

  #tellClosed(): void {
    const closed = this.#onClose
    if (closed === undefined) return
    this.#onClose = undefined
    closed(this.#error)
  }
}
