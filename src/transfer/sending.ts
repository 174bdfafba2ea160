import type {Compression} from '../conversation.js'
import type {DeskServices} from './desk-services.js'
import type {Pauses} from './pauses.js'
import type {Source, SourceReader, Start} from './source.js'

/** What is to be sent for one transfer, from where on, and how. */
export interface SendingTask {
  /** Of the transfer, on the wire. */
  readonly id: string
  readonly source: Source
  readonly compression: Compression
  readonly start: Start
  /** Whether the other side can expand what is compressed. */
  readonly takesBlocks: boolean
  readonly services: DeskServices
  readonly pauses: Pauses
  /** Aborts when nobody wants it any more, for the reason of that. */
  readonly signal: AbortSignal
}

/** What a transfer hears of its sending. */
export interface SendingListener {
  /** It is on its way: `movedBytes` tells how far. */
  began: (movedBytes: () => number) => void
  moved: () => void
  /** All of it begins anew. */
  startedOver: () => void
  /** Everything has been read, and the trailer is about to leave. */
  ended: (reader: SourceReader, digest: string) => void
  /** Its channel has failed, or could not be opened: the other side may ask for the rest before all of it is closed here. */
  interrupted: (error: unknown) => void
  /** The other side takes nothing more. */
  stalled: () => void
}

/** All has been sent but for the trailer, whose leaving is under way. */
export interface Ended {
  readonly leaving: Promise<void>
}
