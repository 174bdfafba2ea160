import type {Clock} from '../session/clock.js'
import type {BulkWriter} from './sender.js'
import type {SourceReader} from './source.js'
import {idleMs, type IdlePauses} from './while-idle.js'

/** Reads from a source whose next bytes may take any time: meanwhile the other end knows that nothing is wrong. */
export class IdleSource implements Pick<SourceReader, 'read'> {
  readonly #reader: Pick<SourceReader, 'read'>
  readonly #channel: Pick<BulkWriter, 'sent'>
  readonly #pauses: IdlePauses
  readonly #clock: Clock
  #readBytes = 0
  #callOff: () => void = () => undefined
  #broken: Error | undefined
  #giveUp: (error: Error) => void = () => undefined

  constructor(reader: Pick<SourceReader, 'read'>, channel: Pick<BulkWriter, 'sent'>, pauses: IdlePauses, clock: Clock) {
    this.#reader = reader
    this.#channel = channel
    this.#pauses = pauses
    this.#clock = clock
  }

  async read(buffer: Buffer): Promise<Buffer> {
    this.#watch()
    try {
      const chunk = await this.#readOrGiveUp(buffer)
      this.#readBytes += chunk.length
      return chunk
    } finally {
      this.stop()
    }
  }

  /** Gives up a read: where nobody wants the bytes any more, the next ones are not waited for. */
  fail(error: Error): void {
    this.#broken = error
    this.#giveUp(error)
  }

  /** Watches no more. */
  stop(): void {
    this.#callOff()
    this.#pauses.resume('idle')
  }

  #readOrGiveUp(buffer: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#broken) throw this.#broken
      this.#giveUp = reject
      this.#reader.read(buffer).then(resolve, reject)
    })
  }

  #watch(): void {
    this.#callOff = this.#clock.setTimeout(() => this.#look(), idleMs)
  }

  /** As long as bytes wait to leave, the other end has something to wait for. */
  #look(): void {
    if (this.#channel.sent < this.#readBytes) this.#watch()
    else this.#pauses.pause('idle')
  }
}
