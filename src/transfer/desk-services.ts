import type {RoomEvent} from '../conversation.js'
import type {FileMessage} from '../protocol/messages.js'
import type {ChannelLabel} from '../protocol/payloads.js'
import type {Clock} from '../session/clock.js'
import type {SharingPool} from './many/sharing-pool.js'
import type {Bandwidth} from './pace/bandwidth.js'
import type {BulkWriter} from './sender.js'

/** What a transfer asks of its desk. */
export interface DeskServices {
  readonly clock: Clock
  readonly bandwidth: Bandwidth
  /** Where those meet who are offered the same. */
  readonly sharing: SharingPool
  /** Of the device at the other end. */
  readonly peerFingerprint: () => string
  /** Makes what jobs are called; without it nothing that is offered here can be resumed. */
  readonly jobKey: Buffer | undefined
  /** Tells the peer something, unless the session is over. */
  readonly say: (message: FileMessage) => void
  /**
   * Resolves when the peer has heard all that was said so far.
   * @throws ChatctlError when the session ends before that
   */
  readonly heard: () => Promise<void>
  /** Keeps the desk busy until that is done, though its transfer is over. */
  readonly after: (work: Promise<void>) => void
  /** Opens a bulk channel. */
  readonly openChannel: (label: ChannelLabel) => BulkWriter
  readonly emit: (event: RoomEvent) => void
}
