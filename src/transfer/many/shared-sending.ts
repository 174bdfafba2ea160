import {ChatctlError} from '../../errors/index.js'
import type {ChannelLabel} from '../../protocol/payloads.js'
import {ChannelResetError} from '../../session/channel-errors.js'
import {roughChannelBytes} from '../channel-bytes.js'
import type {CompressingReader} from '../compression/compressing-reader.js'
import {compressing} from '../compression/compression.js'
import type {DeskServices} from '../desk-services.js'
import {IdleSource} from '../idle-source.js'
import {SharedLimiter} from '../pace/shared-limiter.js'
import type {BulkWriter} from '../sender.js'
import type {SendingListener, SendingTask} from '../sending.js'
import type {SourceReader} from '../source.js'
import {StallWatch} from '../stall-watch.js'
import {toTransferError} from '../transfer-errors.js'
import {whileIdle} from '../while-idle.js'
import {Fan} from './fan.js'
import {SharedPauses} from './shared-pauses.js'

const bufferBytes = 512 * 1024

/** Buffers that the fastest may be ahead of the slowest, where each has a channel of its own. */
const sharedBuffers = 8
/** One is read into while the other is on its way. */
const ownBuffers = 2

/** One of the transfers that a sending serves, and what it hears of it. */
export interface Sharer {
  readonly task: SendingTask
  readonly listener: Pick<SendingListener, 'began' | 'moved' | 'startedOver'>
  /** Everything has been read, and the trailer is about to leave. */
  ended: (reader: SourceReader, digest: string, leaving: Promise<void>) => void
  /** It is not served any more, for this reason; what has lost its channel may ask for the rest. */
  failed: (error: ChatctlError) => void
  /** It is not served any more, and its peer knows of no channel that it had. */
  letGo: () => void
}

/**
 * One reading of a source that serves several transfers: over one channel those that go over the same connection, over one
 * for each connection those that do not. Who falls behind, or stands still, is let go of, and goes on by itself.
 */
export class SharedSending {
  readonly #sharers: Set<Sharer>
  readonly #pauses: SharedPauses
  readonly #channels = new Map<BulkWriter, Sharer[]>()
  readonly #over = new AbortController()
  /** What is alike for all of them. */
  readonly #task: SendingTask
  #fan: Fan<BulkWriter> | undefined
  #idle: IdleSource | undefined

  constructor(sharers: readonly Sharer[]) {
    const [first] = sharers
    if (first === undefined) throw new RangeError('a sending for nobody')
    this.#task = first.task
    this.#sharers = new Set(sharers)
    this.#pauses = new SharedPauses(first.task.services.clock, () => [...this.#sharers].map(({task}) => task.pauses))
  }

  /** Begins to read and to send; what comes of it each transfer hears by itself. */
  begin(): void {
    for (const {task} of this.#sharers) task.pauses.onChange = () => this.#look()
    void this.#run()
  }

  /** A transfer is not to be served any more; `code` tells its peer why, as long as anything was to come. */
  leave(sharer: Sharer, code: string): void {
    if (!this.#sharers.delete(sharer)) return
    sharer.task.pauses.onChange = () => undefined
    for (const [channel, sharers] of this.#channels)
      if (sharers.every(each => !this.#sharers.has(each))) this.#drop(channel, code)
    this.#look()
    if (this.#sharers.size === 0) this.#giveUp(new ChatctlError('cancelled', 'nobody wants it any more'))
  }

  async #run(): Promise<void> {
    try {
      const reader = await this.#task.source.open(this.#task.start)
      reader.onStartedOver = () => this.#tell(({listener}) => listener.startedOver())
      try {
        await this.#send(reader)
      } finally {
        await reader.close()
      }
    } catch (thrown) {
      const reason: unknown = this.#over.signal.aborted ? this.#over.signal.reason : thrown
      this.#fail(toTransferError(reason))
    }
  }

  async #send(reader: SourceReader): Promise<void> {
    const {source, compression, takesBlocks, services} = this.#task
    const {clock} = services
    const blocks = takesBlocks ? compressing(reader, roughChannelBytes(source), compression, clock) : undefined
    const fan = this.#openAll(blocks && 'blocks')
    for (const [channel, sharers] of this.#channels) {
      const moved = this.#movedOver(channel, reader, blocks)
      for (const {listener} of sharers) listener.began(moved)
    }
    const watch = this.#watch(fan)
    try {
      const left = await this.#sendBytes(blocks ?? reader, fan)
      const digest = await whileIdle(this.#pauses, clock, () => reader.digest())
      await reader.requireUnchanged()
      const tell = (channel: BulkWriter, leaving: Promise<void>): void => {
        for (const sharer of this.#sharersOf(channel)) sharer.ended(reader, digest, leaving)
      }
      fan.end({sha256: digest}, tell)
      await left()
    } finally {
      this.#idle?.stop()
      watch.stop()
    }
  }

  #movedOver(channel: BulkWriter, reader: SourceReader, blocks: CompressingReader | undefined): () => number {
    const {source, start} = this.#task
    // What a tree's channel carries is more than its files.
    if (source.kind === 'tree') return () => reader.bytes
    return () => start.bytes + (blocks?.rawBytesIn(channel.sent) ?? channel.sent)
  }

  /** Opens a channel for each connection. */
  #openAll(encoding: ChannelLabel['encoding']): Fan<BulkWriter> {
    for (const sharers of byConnection(this.#sharers)) this.#open(sharers, encoding)
    const fan = new Fan(this.#channels.keys(), {
      clock: this.#pauses.clock,
      moved: () => this.#tell(({listener}) => listener.moved()),
      failed: (channel, error) => this.#lose(channel, error),
      fellBehind: channel => this.#letGo(channel),
    })
    fan.resize(bufferBytes * sharedBuffers)
    this.#fan = fan
    this.#look()
    return fan
  }

  #open(sharers: Sharer[], encoding: ChannelLabel['encoding']): void {
    const [first, ...others] = sharers
    if (first === undefined) return
    const shared = others.length > 0 && {with: others.map(({task}) => task.id)}
    try {
      const {id, services} = first.task
      const label = {transfer: id, ...shared, ...(encoding && {encoding})}
      this.#channels.set(services.openChannel(label), sharers)
    } catch (error) {
      this.#failAll(sharers, toTransferError(error))
    }
  }

  /** Reads to the end; resolves with what waits until the last byte has left. */
  async #sendBytes(reader: Pick<SourceReader, 'read'>, fan: Fan<BulkWriter>): Promise<() => Promise<unknown>> {
    const {bandwidth, clock} = this.#task.services
    const limiter = this.#pauses.hold(new SharedLimiter(bandwidth.send, () => fan.targets.length))
    const source = {
      get sent() {
        return fan.passedBytes
      },
    }
    const idle = (this.#idle = new IdleSource(reader, source, this.#pauses, clock))
    const slots = Array.from({length: fan.targets.length > 1 ? sharedBuffers : ownBuffers}, newSlot)
    for (;;) {
      for (const slot of slots) {
        fan.fill(true)
        await slot.left
        fan.fill(false)
        this.#over.signal.throwIfAborted()
        const chunk = await idle.read(slot.buffer)
        if (chunk.length === 0) return () => Promise.all(slots.map(({left}) => left))
        slot.left = (await this.#write(chunk, fan, limiter)).left
      }
    }
  }

  /** Gives bytes to all as soon as they may leave; tells when nobody needs them any more. */
  async #write(chunk: Buffer, fan: Fan<BulkWriter>, limiter: Pick<SharedLimiter, 'take'>): Promise<Pick<Slot, 'left'>> {
    const writes: Promise<void>[] = []
    for (let rest = chunk; rest.length > 0;) {
      const byteLength = await limiter.take(rest.length, this.#over.signal)
      writes.push(fan.write(rest.subarray(0, byteLength)))
      rest = rest.subarray(byteLength)
    }
    return {left: Promise.all(writes)}
  }

  #watch(fan: Fan<BulkWriter>): StallWatch {
    return new StallWatch(this.#pauses.clock, {
      moved: () => fan.granted,
      isDue: () => fan.targets.every(({sent, granted}) => sent === granted) && fan.heldBytes > 0,
      stalled: () => this.#giveUp(new ChatctlError('stalled', 'the other side took nothing more for a minute')),
    })
  }

  /** Who stands still holds nobody up; when all do, so does the sending. */
  #look(): void {
    this.#pauses.look()
    for (const channel of this.#fan?.targets ?? []) {
      const isHeld = this.#sharersOf(channel).every(({task}) => task.pauses.isHeld)
      if (isHeld && this.#hasCompany) this.#letGo(channel)
    }
  }

  get #hasCompany(): boolean {
    return (this.#fan?.targets.length ?? 0) > 1
  }

  #letGo(channel: BulkWriter): void {
    const sharers = this.#sharersOf(channel)
    const {isAnnounced} = channel
    this.#fan?.letGo(channel)
    channel.reset('connection-lost')
    if (isAnnounced) return this.#failAll(sharers, new ChatctlError('connection-lost', 'it fell behind the others'))
    for (const sharer of sharers) sharer.letGo()
  }

  #lose(channel: BulkWriter, error: ChatctlError): void {
    this.#failAll(this.#sharersOf(channel), toTransferError(error))
    if (this.#fan?.targets.length === 0) this.#giveUp(error)
  }

  #drop(channel: BulkWriter, code: string): void {
    this.#channels.delete(channel)
    this.#fan?.letGo(channel)
    channel.reset(code)
  }

  #giveUp(error: ChatctlError): void {
    if (this.#over.signal.aborted) return
    this.#over.abort(error)
    this.#idle?.fail(error)
    this.#pauses.look()
    this.#fan?.reset(error instanceof ChannelResetError ? error.reset : error.code)
  }

  #fail(error: ChatctlError): void {
    this.#fan?.reset(error.code)
    this.#failAll([...this.#sharers], error)
  }

  #failAll(sharers: readonly Sharer[], error: ChatctlError): void {
    for (const sharer of sharers) sharer.failed(error)
  }

  #sharersOf(channel: BulkWriter): Sharer[] {
    return (this.#channels.get(channel) ?? []).filter(sharer => this.#sharers.has(sharer))
  }

  #tell(what: (sharer: Sharer) => void): void {
    for (const sharer of this.#sharers) what(sharer)
  }
}

/** A buffer, and when it may be used again. */
interface Slot {
  buffer: Buffer
  left: Promise<unknown>
}

function newSlot(): Slot {
  return {buffer: Buffer.allocUnsafeSlow(bufferBytes), left: Promise.resolve()}
}

function byConnection(sharers: Iterable<Sharer>): Iterable<Sharer[]> {
  const groups = new Map<DeskServices, Sharer[]>()
  for (const sharer of sharers) {
    const {services} = sharer.task
    groups.set(services, [...(groups.get(services) ?? []), sharer])
  }
  return groups.values()
}
