import {createHash, type X509Certificate} from 'node:crypto'

/** What a device shows to prove who it is, both in PEM. */
export interface Credentials {
  readonly key: string
  readonly certificate: string
}

/** The name of a device: SHA-256 of its certificate's public key (SubjectPublicKeyInfo), in lower-case hex. */
export function fingerprintOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({type: 'spki', format: 'der'})
  return createHash('sha256').update(spki).digest('hex')
}
