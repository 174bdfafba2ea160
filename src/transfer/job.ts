import {createHash, createHmac} from 'node:crypto'

/** What is smaller is sent again sooner than resumed. */
export const leastResumableBytes = 64 * 1024

const idDigits = 32

/** What a sender calls a source: the same as long as the source is, and without meaning to whoever has no `key`. */
export function jobOf(key: Buffer, identity: string): string {
  return createHmac('sha256', key).update(identity).digest('hex').slice(0, idDigits)
}

/** What a receiver calls the part of a job: only the device that brought it finds it again. */
export function partIdOf(peerFingerprint: string, job: string, bytes: number): string {
  const subject = JSON.stringify([peerFingerprint, job, bytes])
  return createHash('sha256').update(subject).digest('hex').slice(0, idDigits)
}
