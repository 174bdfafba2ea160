import {createHash, createHmac, randomBytes} from 'node:crypto'
import type {SourceIdentity} from './source.js'

/** What is smaller is sent again sooner than resumed. */
export const leastResumableBytes = 64 * 1024

const idDigits = 32

/** So many digits of a job stand for its source, in whatever state; the others for its state, too. */
const sourceDigits = 16

/** So many digits of the id of a part say from which device it is. */
export const deviceDigits = 8

/** So many say from which source of that device. */
const partSourceDigits = 32

/**
 * What a sender calls a source: the same as long as the source is, half of it also when that has changed, and without
 * meaning to whoever has no `key`.
 */
export function jobOf(key: Buffer, {what, state}: SourceIdentity): string {
  return signedWith(key, [what]).slice(0, sourceDigits) + signedWith(key, [what, state]).slice(sourceDigits)
}

/** What a sender calls a source that nobody is to find again. */
export function newJob(): string {
  return randomBytes(idDigits / 2).toString('hex')
}

/** What a host calls the job of a device that it relays for: to the receiver all that comes from behind the host is one device's. */
export function relayedJobOf(senderFingerprint: string, job: string): string {
  const source = digestOf([senderFingerprint, sourceOf(job)])
  return source.slice(0, sourceDigits) + digestOf([senderFingerprint, job]).slice(sourceDigits)
}

/** What a receiver calls the part of a job, 48 digits: only the device that brought it finds it again. */
export function partIdOf(peerFingerprint: string, job: string, bytes: number): string {
  const source = digestOf([peerFingerprint, sourceOf(job)]).slice(deviceDigits)
  return deviceIdOf(peerFingerprint) + source + digestOf([peerFingerprint, job, bytes]).slice(sourceDigits)
}

/** What the ids of all parts of a source begin with, in whatever state it was. */
export function partSourceOf(partId: string): string {
  return partId.slice(0, partSourceDigits)
}

/** What the ids of all parts of a device begin with. */
export function deviceIdOf(peerFingerprint: string): string {
  return digestOf([peerFingerprint]).slice(0, deviceDigits)
}

function sourceOf(job: string): string {
  return job.slice(0, sourceDigits)
}

function signedWith(key: Buffer, subject: unknown): string {
  return createHmac('sha256', key).update(JSON.stringify(subject)).digest('hex').slice(0, idDigits)
}

function digestOf(subject: unknown): string {
  return createHash('sha256').update(JSON.stringify(subject)).digest('hex').slice(0, idDigits)
}
