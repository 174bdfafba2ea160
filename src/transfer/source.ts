import type {Attributes} from '../protocol/attributes.js'
import type {TreePlace} from '../protocol/tree-record.js'
import type {FirstFew} from './first-few.js'
import type {SkippedEntry} from './skipped-entry.js'

/** Something that can be offered: what is known of it before it is read. */
export interface Source {
  /** Absent: a file. */
  readonly kind?: 'tree'
  /** Null when nobody knows it before the end. */
  readonly bytes: number | null
  readonly files: number
  /** Of the file, or the root of the tree; absent when it has none. */
  readonly attributes?: Attributes
  /** Absent when it comes only once. */
  readonly identity?: SourceIdentity | undefined
  /**
   * Begins to read it, from a place where an earlier transfer stopped: what has an identity.
   * @throws ChatctlError `source-changed` when it is not what it was when it was offered, `not-readable`
   */
  open(start?: Start): Promise<SourceReader>
}

/** What tells a source from every other on this machine. */
export interface SourceIdentity {
  /** Where it is, and what of it is wanted. */
  readonly what: string
  /** What tells it from itself as it was before. */
  readonly state: string
}

/** Where a transfer goes on. */
export interface Start {
  /** Bytes of files that the other side has. */
  readonly bytes: number
  /** Of a tree: where in its stream that is. */
  readonly place?: TreePlace | undefined
}

/** Nothing is there yet. */
export const theBeginning: Start = {bytes: 0}

/** Reads what is sent into buffers of the caller. */
export interface SourceReader {
  /** Bytes of files so far, those before its start included. */
  readonly bytes: number
  /** Files read to their end so far. */
  readonly files: number
  /** Hears that all of it is read, because the place to go on from is not in it any more. */
  onStartedOver?: () => void
  /** What of a tree could not be read. */
  readonly skipped?: FirstFew<SkippedEntry>
  /** What of a tree was not wanted, in words for whoever sends it; undefined when it is nothing. */
  readonly leftOut?: string | undefined
  /**
   * Fills `buffer`, or as much of it as there is by now, and returns the filled part; empty at the end only.
   * @throws ChatctlError `not-readable`, `source-changed`
   */
  read(buffer: Buffer): Promise<Buffer>
  /** The digest of everything, in hex, from the first byte on, wherever it was begun: what the trailer says. */
  digest(): Promise<string>
  /**
   * Looks whether the source is still what was offered.
   * @throws ChatctlError `source-changed`
   */
  requireUnchanged(): Promise<void>
  close(): Promise<void>
}
