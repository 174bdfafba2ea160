import type {TreePlace} from '../protocol/tree-record.js'
import type {FirstFew} from './first-few.js'
import type {SkippedEntry} from './skipped-entry.js'

/** Where what comes goes: of no use to anyone until it is published. */
export interface Sink {
  /** Bytes of files written so far. */
  readonly bytes: number
  /** Files that are whole so far. */
  readonly files: number
  /** Where in the stream of a tree that is; undefined where nothing is there. */
  readonly place?: TreePlace | undefined
  /** Hears that what is there is not of the same tree any more, and all of it comes anew. */
  onStartedOver?: () => void
  /** What of a tree its sender could not read. */
  readonly missing?: FirstFew<SkippedEntry>
  /** What of a tree cannot be kept here. */
  readonly dropped?: FirstFew<SkippedEntry>
  /** What of a tree has another name here, in words for whoever receives it; undefined when it is nothing. */
  readonly renamed?: string | undefined
  /**
   * Writes pieces behind what is there; one call at a time.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  write(pieces: Buffer[]): Promise<void>
  /** The digest of everything that was written, in hex: what the trailer has to say. */
  digest(): Promise<string>
  /**
   * Makes what was written last: a sender that hears "verified" may delete its own, and a power cut must not take ours;
   * but for the small files of a tree, which the system brings to disk when it likes: one by one would take twice the time.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  persist(): Promise<void>
  /**
   * Gives it its name, or the next free one; returns its path.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  publish(): Promise<string>
  /**
   * Removes what came so far.
   * @throws ChatctlError `not-writable` when it has to stay
   */
  discard(): Promise<void>
  /** How it goes on when it was interrupted; absent when it cannot. */
  readonly continuation?: Continuation | undefined
}

/** What a sink can do that goes on where it was interrupted. */
export interface Continuation {
  /** Waits for a write that is under way: `bytes` is right then. */
  settled(): Promise<void>
  /**
   * Begins anew with nothing.
   * @throws ChatctlError `not-writable`
   */
  startOver(): Promise<void>
  /**
   * Puts away what came so far, for whoever offers the same again.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  keep(): Promise<void>
  /**
   * Forgets what stays when it is published, for a sender who offers it again because it has not heard so: it has heard.
   * @throws ChatctlError `not-writable`
   */
  forget(): Promise<void>
}
