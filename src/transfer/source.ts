/** Something that can be offered: what is known of it before it is read. */
export interface Source {
  /** Null when nobody knows it before the end. */
  readonly bytes: number | null
  readonly files: number
  /**
   * Begins to read it.
   * @throws ChatctlError `source-changed` when it is not what it was when it was offered, `not-readable`
   */
  open(): Promise<SourceReader>
}

/** Reads what is sent, from its beginning, into buffers of the caller. */
export interface SourceReader {
  /** Bytes of files read so far. */
  readonly bytes: number
  /**
   * Fills `buffer`, or as much of it as there is by now, and returns the filled part; empty at the end only.
   * @throws ChatctlError `not-readable`, `source-changed`
   */
  read(buffer: Buffer): Promise<Buffer>
  /** The digest of everything that was read, in hex: what the trailer says. */
  digest(): Promise<string>
  /**
   * Looks whether the source is still what was offered.
   * @throws ChatctlError `source-changed`
   */
  requireUnchanged(): Promise<void>
  close(): Promise<void>
}
