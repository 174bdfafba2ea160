/** The two ends of the connection that an admission is about, as one of them sees it. */
export interface Ends {
  readonly ownFingerprint: string
  readonly peerFingerprint: string
  /** What only these two ends share; see SecureTransport. */
  readonly exporter: () => Uint8Array
}

/** Whether the other device is remembered here. One's own never is: it proves the code like any other. */
export function isRemembered(ends: Ends, isKnown: (fingerprint: string) => boolean): boolean {
  return ends.peerFingerprint !== ends.ownFingerprint && isKnown(ends.peerFingerprint)
}
