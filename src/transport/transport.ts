/**
 * An open, ordered stream of bytes to one other end, whatever carries it.
 *
 * It has one owner at a time. It stands still until an owner sets `onData`; what arrives before that is kept.
 */
export interface Transport {
  /** The other end's address without a port; an IPv4 address is never written as IPv6. */
  readonly remoteAddress: string
  /** Bytes written and not yet handed to the kernel. */
  readonly queuedBytes: number
  /** Receives what arrives, in order. Setting it makes the setter the owner and starts (or restarts) the flow. */
  onData: (bytes: Buffer) => void
  /**
   * Called exactly once for each owner, when no more can come or go; if that has already happened when it is set,
   * in the next microtask. An end without an error is still only an end: whether a goodbye came before it is the owner's knowledge.
   */
  onClose: (error?: Error) => void
  /** Writes all `buffers` as one batch; `onFlushed` follows when the kernel has it, and never if that fails. */
  write(buffers: readonly Uint8Array[], onFlushed?: () => void): void
  /** Stops the flow of `onData`, and in time the other end. */
  pause(): void
  /** Lets `onData` flow again. */
  resume(): void
  /** Sends what is queued, then closes; after a deadline it closes all the same. What still arrives is dropped. */
  end(): void
  /** Closes at once and drops what is queued. */
  destroy(): void
}

/** A transport whose other end has proved to hold the key of a certificate, and that nobody between can read. */
export interface SecureTransport extends Transport {
  /** The name of the device at the other end; see {@link fingerprintOf}. */
  readonly peerFingerprint: string
  /** 32 bytes that only these two ends share: RFC 9266, channel binding `tls-exporter`. */
  exporter(): Buffer
}
