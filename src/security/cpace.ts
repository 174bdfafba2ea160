import {createHash, createHmac, randomBytes, timingSafeEqual} from 'node:crypto'
import {ristretto255, ristretto255_hasher} from '@noble/curves/ed25519.js'

/*
 * CPace, suite CPACE-RISTR255-SHA512, initiator-responder: draft-irtf-cfrg-cpace-21. Side a is who sends first.
 * The names in comments are the draft's.
 */

/** DSI. */
const domain = Buffer.from('CPaceRistretto255')
const iskDomain = Buffer.from('CPaceRistretto255_ISK')
const macDomain = Buffer.from('CPaceMac')
/** s_in_bytes: the input block of SHA-512. */
const hashBlockBytes = 128
const scalarBytes = 32

const {Point} = ristretto255
type Point = InstanceType<typeof Point>
/** Has the one-way map of RFC 9496, section 4.3.4, which hashers of other groups need not have. */
const hasher = ristretto255_hasher as {deriveToCurve(hash: Uint8Array): Point}

/** A share that no honest end sends: not a point, the identity, or our own sent back. */
export class InvalidShareError extends Error {
  override readonly name = 'InvalidShareError'
}

/** One side's public part: its share Y, and the data AD that it binds to the exchange. */
export interface Contribution {
  readonly share: Uint8Array
  readonly data: Uint8Array
}

/** Joins byte strings so that no two different lists give the same bytes: lv_cat. */
export function joinWithLengths(...strings: readonly Uint8Array[]): Buffer {
  return Buffer.concat(strings.flatMap(string => [leb128(string.length), string]))
}

function leb128(length: number): Buffer {
  const bytes: number[] = []
  for (; length > 127; length >>>= 7) bytes.push((length & 127) | 128)
  return Buffer.from([...bytes, length])
}

/** What the generator is hashed from: generator_string. */
export function generatorString(code: Uint8Array, channelId: Uint8Array, sessionId: Uint8Array): Buffer {
  const lengths = leb128(code.length).length + code.length + leb128(domain.length).length + domain.length
  const padding = Buffer.alloc(Math.max(0, hashBlockBytes - 1 - lengths))
  return joinWithLengths(domain, code, padding, channelId, sessionId)
}

/** The generator g that only those who know the code (PRS), CI and sid can find. */
export function generator(code: Uint8Array, channelId: Uint8Array, sessionId: Uint8Array): Uint8Array {
  const hash = createHash('sha512')
    .update(generatorString(code, channelId, sessionId))
    .digest()
  return hasher.deriveToCurve(hash).toBytes()
}

/** A secret scalar y: uniform below 2^252, and so below the order of the group (sample_scalar). */
export function randomScalar(): Buffer {
  const bytes = randomBytes(scalarBytes)
  bytes[scalarBytes - 1] = (bytes[scalarBytes - 1] ?? 0) & 0x0f
  return bytes.some(byte => byte !== 0) ? bytes : randomScalar()
}

/** One's own share: Y = y * g. */
export function makeShare(base: Uint8Array, scalar: Uint8Array): Uint8Array {
  return Point.fromBytes(base).multiply(littleEndian(scalar)).toBytes()
}

/**
 * What both ends compute from each other's shares: K = y * Y (scalar_mult_vfy).
 * @throws InvalidShareError
 */
export function sharedPoint(scalar: Uint8Array, ownShare: Uint8Array, peerShare: Uint8Array): Uint8Array {
  if (Buffer.compare(ownShare, peerShare) === 0) throw new InvalidShareError('the share is our own')
  const peer = decodePoint(peerShare)
  if (peer.is0()) throw new InvalidShareError('the share is the identity')
  // Neither factor is zero and the order is prime: the product is no identity either.
  return peer.multiply(littleEndian(scalar)).toBytes()
}

function decodePoint(bytes: Uint8Array): Point {
  try {
    return Point.fromBytes(bytes)
  } catch (cause) {
    throw new InvalidShareError('the share is not a point', {cause})
  }
}

function littleEndian(scalar: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(scalar).reverse().toString('hex')}`)
}

/** The intermediate session key ISK: equal at both ends if, and only if, everything that went in was equal. */
export function sessionKey(sessionId: Uint8Array, shared: Uint8Array, a: Contribution, b: Contribution): Buffer {
  return sha512(joinWithLengths(iskDomain, sessionId, shared), transcriptOf(a), transcriptOf(b))
}

/** The key under which both sides confirm that they have the same ISK. */
export function confirmationKey(sessionId: Uint8Array, isk: Uint8Array): Buffer {
  return sha512(macDomain, sessionId, isk)
}

/** The tag by which the side that contributed `by` shows that it has the key. */
export function confirmationTag(key: Uint8Array, by: Contribution): Buffer {
  return createHmac('sha512', key).update(transcriptOf(by)).digest()
}

/** Whether two tags are equal, in a time that does not depend on where they differ. */
export function areTagsEqual(expected: Uint8Array, received: Uint8Array): boolean {
  return expected.length === received.length && timingSafeEqual(expected, received)
}

function transcriptOf({share, data}: Contribution): Buffer {
  return joinWithLengths(share, data)
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
