/* "Proving the code" of docs/protocol.md, side a. */
import {createHash, createHmac, randomBytes} from 'node:crypto'
import {ristretto255, ristretto255_hasher} from '@noble/curves/ed25519.js'

type Bytes = Uint8Array | string

/** What both ends have to agree on. */
export interface Agreed {
  code: string
  exporter: Buffer
  hostFingerprint: Buffer
  joinerFingerprint: Buffer
}

/** What each end shows to the other. */
export interface Tags {
  joiner: Buffer
  host: Buffer
}

/** Begins the joiner's proof: `share` is sent, and with the host's share `meet` makes both tags. */
export function beginProof({code, exporter: sid, hostFingerprint, joinerFingerprint}: Agreed) {
  const y = randomBytes(32)
  y[31]! &= 0x0f
  const share = multiply(generator(code, lvCat('chatctl/1 cpace', hostFingerprint, joinerFingerprint), sid), y)
  const meet = (hostShare: Buffer, joinerHello: Buffer, hostHello: Buffer): Tags => {
    if (hostShare.equals(share)) throw new Error('an echo')
    const a = lvCat(share, lvCat('joiner', joinerHello))
    const b = lvCat(hostShare, lvCat('host', hostHello))
    const isk = sha512(lvCat('CPaceRistretto255_ISK', sid, multiply(Point.fromBytes(hostShare), y)), a, b)
    const macKey = sha512('CPaceMac', sid, isk)
    return {joiner: hmac(macKey, a), host: hmac(macKey, b)}
  }
  return {share, meet}
}

const {Point} = ristretto255
type Point = InstanceType<typeof Point>
/** RFC 9496, section 4.3.4. */
const oneWayMap = ristretto255_hasher as {deriveToCurve(bytes: Uint8Array): Point}

function generator(code: string, ci: Buffer, sid: Buffer): Point {
  const domain = 'CPaceRistretto255'
  const padding = Buffer.alloc(Math.max(0, 127 - lvCat(domain, code).length))
  return oneWayMap.deriveToCurve(sha512(lvCat(domain, code, padding, ci, sid)))
}

function multiply(point: Point, littleEndian: Buffer): Buffer {
  return Buffer.from(point.multiply(BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`)).toBytes())
}

function lvCat(...strings: Bytes[]): Buffer {
  const buffers = strings.map(string => Buffer.from(string as string))
  return Buffer.concat(buffers.flatMap(buffer => [leb128(buffer.length), buffer]))
}

function leb128(length: number): Buffer {
  return length < 128 ? Buffer.of(length) : Buffer.concat([Buffer.of((length % 128) + 128), leb128(length >> 7)])
}

function sha512(...parts: Bytes[]): Buffer {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function hmac(key: Buffer, bytes: Buffer): Buffer {
  return createHmac('sha512', key).update(bytes).digest()
}
