import {createHash, createHmac, randomBytes} from 'node:crypto'

/** What is smaller is sent again sooner than resumed. */
export const leastResumableBytes = 64 * 1024

const idDigits = 32

/** So many digits of the id of a part say from which device it is. */
export const deviceDigits = 8

/** What a sender calls a source: the same as long as the source is, and without meaning to whoever has no `key`. */
export function jobOf(key: Buffer, identity: string): string {
  return createHmac('sha256', key).update(identity).digest('hex').slice(0, idDigits)
}

/** What a sender calls a source that nobody is to find again. */
export function newJob(): string {
  return randomBytes(idDigits / 2).toString('hex')
}

/** What a host calls the job of a device that it relays for: to the receiver all that comes from behind the host is one device's. */
export function relayedJobOf(senderFingerprint: string, job: string): string {
  return digestOf([senderFingerprint, job])
}

/** What a receiver calls the part of a job: only the device that brought it finds it again. */
export function partIdOf(peerFingerprint: string, job: string, bytes: number): string {
  return deviceIdOf(peerFingerprint) + digestOf([peerFingerprint, job, bytes]).slice(deviceDigits)
}

/** What the ids of all parts of a device begin with. */
export function deviceIdOf(peerFingerprint: string): string {
  return digestOf([peerFingerprint]).slice(0, deviceDigits)
}

function digestOf(subject: unknown): string {
  return createHash('sha256').update(JSON.stringify(subject)).digest('hex').slice(0, idDigits)
}
