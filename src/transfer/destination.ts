import type {Attributes} from '../protocol/attributes.js'
import type {PartOrigin} from './part/part-request.js'
import type {UntilRoom} from './room-wait.js'
import type {Sink} from './sink.js'

/** What a place for a file has to know of its transfer. */
export interface Opening {
  untilRoom: UntilRoom
  /** Undefined when it cannot be resumed. */
  origin: PartOrigin | undefined
  attributes: Attributes
}

/** Where an accepted file goes. */
export interface Destination {
  /** The most that it may hold. */
  maxBytes?: number | undefined
  /**
   * Makes room for a transfer, by its id on the wire; or goes on with what is there of the same origin. What fills the disk
   * up later waits.
   * @throws ChatctlError `disk-full`, `not-writable`, `exists`
   */
  open(transfer: string, opening: Opening): Promise<Sink>
}
