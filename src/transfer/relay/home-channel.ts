import type {ChatctlError} from '../../errors/index.js'
import type {ChannelLabel, ChannelTrailer} from '../../protocol/payloads.js'
import {ChannelResetError} from '../../session/channel-errors.js'
import {ReceiveChannel} from '../../session/receive-channel.js'
import {SendWindow} from '../../session/window.js'
import type {RelayTarget} from './relay-pipe.js'

/** Bytes that may be on their way here, and as many that may wait for the disk: the way is short. */
const windowBytes = 256 * 1024

interface Piece {
  bytes: Buffer
  passed: () => void
  failed: (error: ChatctlError) => void
}

interface Ending {
  trailer: ChannelTrailer
  ended: () => void
}

/** The end of a channel that is passed on within this process, for a file that is for the host itself. */
export class HomeReader extends ReceiveChannel {
  /** Whoever passes it on keeps to the limits of this process. */
  readonly isPaced = true
}

/** A channel whose both ends are here: what a member sends to many may be for the host, too. */
export class HomeChannel implements RelayTarget {
  readonly reader: HomeReader
  readonly isAnnounced = true
  onGrant: (total: number) => void = () => undefined
  onFail: (error: ChatctlError) => void = () => undefined
  readonly #window = new SendWindow()
  #pieces: Piece[] = []
  #trailer: Ending | undefined
  #isDelivering = false
  #error: ChatctlError | undefined

  constructor(label: ChannelLabel) {
    this.reader = new HomeReader(0, label, {
      grant: ({window}) => this.#grant(window.nextGrant(windowBytes, windowBytes)),
      reset: (_, code) => this.#fail(new ChannelResetError(code)),
      rest: () => undefined,
      done: () => undefined,
    })
  }

  get granted(): number {
    return this.#window.granted
  }

  write(bytes: Buffer): Promise<void> {
    return this.#enqueue((passed, failed) => this.#pieces.push({bytes, passed, failed}))
  }

  end(trailer: ChannelTrailer): Promise<void> {
    return this.#enqueue(ended => (this.#trailer = {trailer, ended}))
  }

  reset(code: string): void {
    const error = new ChannelResetError(code)
    if (this.#error === undefined) this.reader.fail(error)
    this.#fail(error)
  }

  #enqueue(add: (passed: () => void, failed: (error: ChatctlError) => void) => void): Promise<void> {
    if (this.#error) return Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      add(resolve, reject)
      this.#deliver()
    })
  }

  #grant(total: number | undefined): void {
    if (total === undefined) return
    this.#window.grant(total)
    this.onGrant(total)
    this.#deliver()
  }

  /** What is taken may be granted anew at once: it goes on here, and not within itself. */
  #deliver(): void {
    if (this.#isDelivering) return
    this.#isDelivering = true
    for (let piece = this.#pieces[0]; piece && this.#window.available > 0; piece = this.#pieces[0])
      this.#deliverFrom(piece)
    this.#isDelivering = false
    if (this.#trailer && this.#pieces.length === 0) this.#deliverEnd(this.#trailer)
  }

  #deliverFrom(piece: Piece): void {
    const bytes = piece.bytes.subarray(0, this.#window.available)
    const offset = this.#window.sent
    this.#window.spend(bytes.length)
    piece.bytes = piece.bytes.subarray(bytes.length)
    if (piece.bytes.length === 0) this.#pieces.shift()
    this.reader.takeBytes(offset, bytes)
    if (piece.bytes.length === 0) piece.passed()
  }

  #deliverEnd({trailer, ended}: Ending): void {
    this.#trailer = undefined
    this.reader.takeEnd(this.#window.sent, trailer)
    ended()
  }

  #fail(error: ChatctlError): void {
    if (this.#error) return
    this.#error = error
    for (const {failed} of this.#pieces.splice(0)) failed(error)
    this.#trailer = undefined
    this.onFail(error)
  }
}
