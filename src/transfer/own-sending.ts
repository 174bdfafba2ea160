import type {ChannelLabel} from '../protocol/payloads.js'
import {channelBytes, roughChannelBytes} from './channel-bytes.js'
import type {CompressingReader} from './compression/compressing-reader.js'
import {compressing} from './compression/compression.js'
import {IdleSource} from './idle-source.js'
import {PacedWriter} from './pace/paced-writer.js'
import {sendBytes, type BulkWriter} from './sender.js'
import type {Ended, SendingListener, SendingTask} from './sending.js'
import type {SourceReader} from './source.js'
import {StallWatch} from './stall-watch.js'
import {whileIdle} from './while-idle.js'

/** One reading of a source that serves one transfer, over a channel of its own. */
export class OwnSending {
  readonly #task: SendingTask
  readonly #listener: SendingListener
  #channel: BulkWriter | undefined

  constructor(task: SendingTask, listener: SendingListener) {
    this.#task = task
    this.#listener = listener
  }

  /**
   * Sends everything there is from the start on.
   * @throws unknown what the source, the channel or the signal say
   */
  async send(): Promise<Ended> {
    const {source, start} = this.#task
    const reader = await source.open(start)
    reader.onStartedOver = () => this.#listener.startedOver()
    const {channel, digest} = await this.#sendAllOf(reader).finally(() => reader.close())
    this.#listener.ended(reader, digest)
    return {leaving: channel.end({sha256: digest})}
  }

  /** Gives up its channel, if it has one: a write that waits for credit ends only with it. */
  reset(code: string): void {
    this.#channel?.reset(code)
  }

  async #sendAllOf(reader: SourceReader): Promise<{channel: BulkWriter; digest: string}> {
    const {pauses, services} = this.#task
    const blocks = this.#blocksOf(reader)
    const channel = this.#openChannel(blocks && 'blocks')
    await this.#sendBytes(reader, blocks, channel)
    const digest = await whileIdle(pauses, services.clock, () => reader.digest())
    await reader.requireUnchanged()
    return {channel, digest}
  }

  #blocksOf(reader: SourceReader): CompressingReader | undefined {
    const {source, compression, takesBlocks, services} = this.#task
    return takesBlocks ? compressing(reader, roughChannelBytes(source), compression, services.clock) : undefined
  }

  #openChannel(encoding: ChannelLabel['encoding']): BulkWriter {
    const {id, services, signal} = this.#task
    signal.throwIfAborted()
    try {
      return (this.#channel = services.openChannel({transfer: id, ...(encoding && {encoding})}))
    } catch (error) {
      this.#listener.interrupted(error)
      throw error
    }
  }

  async #sendBytes(reader: SourceReader, blocks: CompressingReader | undefined, channel: BulkWriter): Promise<void> {
    const {source, pauses, services, signal} = this.#task
    this.#listener.began(this.#movedOver(channel, reader, blocks))
    // A write may take long: what the peer has taken meanwhile is known by its grants.
    channel.onGrant = () => this.#listener.moved()
    const writer = new PacedWriter(channel, pauses.hold(services.bandwidth.send), signal)
    const idle = new IdleSource(blocks ?? reader, channel, pauses, services.clock)
    channel.onFail = error => {
      this.#listener.interrupted(error)
      idle.fail(error)
    }
    const watch = this.#watch(channel, writer)
    try {
      await sendBytes(idle, writer, blocks ? null : channelBytes(source))
    } finally {
      idle.stop()
      watch.stop()
    }
  }

  #movedOver(channel: BulkWriter, reader: SourceReader, blocks: CompressingReader | undefined): () => number {
    const {source, start} = this.#task
    // What a tree's channel carries is more than its files.
    if (source.kind === 'tree') return () => reader.bytes
    return () => start.bytes + (blocks?.rawBytesIn(channel.sent) ?? channel.sent)
  }

  #watch(channel: BulkWriter, writer: PacedWriter): StallWatch {
    return new StallWatch(this.#task.pauses.clock, {
      moved: () => channel.granted,
      isDue: () => writer.isStarved,
      stalled: () => this.#listener.stalled(),
    })
  }
}
