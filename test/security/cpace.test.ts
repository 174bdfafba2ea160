import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  areTagsEqual,
  confirmationKey,
  confirmationTag,
  generator,
  InvalidShareError,
  joinWithLengths,
  makeShare,
  randomScalar,
  sessionKey,
  sharedPoint,
  type Contribution,
} from '../../src/security/cpace.js'

const vectors = JSON.parse(readFileSync(new URL('../vectors/cpace.json', import.meta.url), 'utf8')) as {
  exchange: Record<'PRS' | 'CI' | 'sid' | 'g' | 'ya' | 'ADa' | 'Ya' | 'yb' | 'ADb' | 'Yb' | 'K' | 'ISK_IR', string>
  points: {valid: {s: string; X: string; product: string}; invalid: string[]}
}

const exchange = Object.fromEntries(
  Object.entries(vectors.exchange).map(([name, hex]) => [name, Buffer.from(hex, 'hex')]),
) as Record<keyof typeof vectors.exchange, Buffer>

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('CPace against the official vectors', () => {
  const {PRS, CI, sid, ya, yb, ADa, ADb} = exchange
  const g = generator(PRS, CI, sid)
  const a = {share: makeShare(g, ya), data: ADa}
  const b = {share: makeShare(g, yb), data: ADb}

  it('finds the generator', () => {
    expect(toHex(g)).toBe(vectors.exchange.g)
  })

  it('makes the shares', () => {
    expect(toHex(a.share)).toBe(vectors.exchange.Ya)
    expect(toHex(b.share)).toBe(vectors.exchange.Yb)
  })

  it('comes to the same point from both ends', () => {
    expect(toHex(sharedPoint(ya, a.share, b.share))).toBe(vectors.exchange.K)
    expect(toHex(sharedPoint(yb, b.share, a.share))).toBe(vectors.exchange.K)
  })

  it('derives the session key', () => {
    expect(toHex(sessionKey(sid, exchange.K, a, b))).toBe(vectors.exchange.ISK_IR)
  })

  it('multiplies a valid point', () => {
    const {s, X, product} = vectors.points.valid
    expect(toHex(sharedPoint(Buffer.from(s, 'hex'), a.share, Buffer.from(X, 'hex')))).toBe(product)
  })

  it.each(vectors.points.invalid)('refuses the invalid point %s', hex => {
    expect(() => sharedPoint(ya, a.share, Buffer.from(hex, 'hex'))).toThrow(InvalidShareError)
  })
})

describe('a share of the other side', () => {
  const g = generator(Buffer.from('a'), Buffer.from('b'), Buffer.from('c'))
  const scalar = randomScalar()
  const own = makeShare(g, scalar)

  it('is refused when it is our own', () => {
    expect(() => sharedPoint(scalar, own, Buffer.from(own))).toThrow('our own')
  })

  it('is refused when it is the identity', () => {
    expect(() => sharedPoint(scalar, own, Buffer.alloc(32))).toThrow('identity')
  })

  it.each([0, 31, 33])('is refused when it has %i bytes', length => {
    expect(() => sharedPoint(scalar, own, Buffer.alloc(length, 1))).toThrow('not a point')
  })
})

describe('a random scalar', () => {
  it('is below 2^252 and never zero', () => {
    for (let round = 0; round < 200; round++) {
      const scalar = randomScalar()
      expect(scalar).toHaveLength(32)
      expect(scalar[31]).toBeLessThan(16)
      expect(scalar.some(byte => byte !== 0)).toBe(true)
    }
  })
})

describe('joining with lengths', () => {
  it('writes a length over 127 in two bytes (LEB128)', () => {
    expect(joinWithLengths(Buffer.alloc(128)).subarray(0, 2)).toEqual(Buffer.from([0x80, 0x01]))
    expect(joinWithLengths(Buffer.alloc(127))[0]).toBe(127)
  })

  it('gives different bytes for different lists', () => {
    const list = fc.array(fc.uint8Array({maxLength: 200}), {maxLength: 4})
    fc.assert(
      fc.property(list, list, (one, other) => {
        const isSame = toHex(joinWithLengths(...one)) === toHex(joinWithLengths(...other))
        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })
})

/** All that one end puts into an exchange. */
interface End {
  code: string
  sid: string
  channel: string
  dataA: string
  dataB: string
}

const honest: End = {code: 'legal-zoo-abandon', sid: 'sid', channel: 'channel', dataA: 'joiner', dataB: 'host'}

/** Runs both ends; returns whether each would believe the other's tag. */
function run(first: End, second: End): [boolean, boolean] {
  const [scalarA, scalarB] = [randomScalar(), randomScalar()]
  const bytes = (text: string): Buffer => Buffer.from(text)
  const shareOf = (end: End, scalar: Buffer): Uint8Array =>
    makeShare(generator(bytes(end.code), bytes(end.channel), bytes(end.sid)), scalar)
  const [shareA, shareB] = [shareOf(first, scalarA), shareOf(second, scalarB)]
  const tagsOf = (end: End, shared: Uint8Array): [Buffer, Buffer] => {
    const a: Contribution = {share: shareA, data: bytes(end.dataA)}
    const b: Contribution = {share: shareB, data: bytes(end.dataB)}
    const key = confirmationKey(bytes(end.sid), sessionKey(bytes(end.sid), shared, a, b))
    return [confirmationTag(key, a), confirmationTag(key, b)]
  }
  const atA = tagsOf(first, sharedPoint(scalarA, shareA, shareB))
  const atB = tagsOf(second, sharedPoint(scalarB, shareB, shareA))
  return [areTagsEqual(atA[1], atB[1]), areTagsEqual(atB[0], atA[0])]
}

describe('the two ends of an exchange', () => {
  it('believe each other when all agrees', () => {
    expect(run(honest, {...honest})).toEqual([true, true])
  })

  it('believe nobody when anything at all differs', () => {
    const field = fc.constantFrom<keyof End>('code', 'sid', 'channel', 'dataA', 'dataB')
    fc.assert(
      fc.property(field, fc.string({maxLength: 200}), (name, value) => {
        fc.pre(value !== honest[name])
        expect(run(honest, {...honest, [name]: value})).toEqual([false, false])
      }),
      {numRuns: 60},
    )
  })

  it('never make the same tag for both roles', () => {
    const key = Buffer.alloc(64, 7)
    const share = Buffer.alloc(32, 1)
    const tag = (data: string): Buffer => confirmationTag(key, {share, data: Buffer.from(data)})
    expect(areTagsEqual(tag('joiner'), tag('host'))).toBe(false)
    expect(areTagsEqual(tag('joiner'), tag('joiner').subarray(1))).toBe(false)
  })
})
