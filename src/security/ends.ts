/** The two ends of the connection that an admission is about, as one of them sees it. */
export interface Ends {
  readonly ownFingerprint: string
  readonly peerFingerprint: string
  /** What only these two ends share; see SecureTransport. */
  readonly exporter: () => Uint8Array
}
