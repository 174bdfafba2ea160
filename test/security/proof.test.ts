import {describe, expect, it} from 'vitest'
import {
  confirmationKey,
  confirmationTag,
  generator,
  joinWithLengths,
  makeShare,
  sessionKey,
  sharedPoint,
} from '../../src/security/cpace.js'
import {Proof} from '../../src/security/proof.js'
import {hostFingerprint, joinerFingerprint, rightCode, wrongCode} from '../helpers/admission.js'

/** What one end believes all of it to be. */
interface View {
  code: string
  exporter: number
  host: string
  joiner: string
  hostHello: string
  joinerHello: string
}

const truth: View = {
  code: rightCode,
  exporter: 7,
  host: hostFingerprint,
  joiner: joinerFingerprint,
  hostHello: '{"known":false}',
  joinerHello: '{"known":true}',
}

function proofOf(role: 'joiner' | 'host', view: View, scalar?: Buffer): Proof {
  const {code, exporter, host, joiner, hostHello, joinerHello} = view
  const [ownFingerprint, peerFingerprint] = role === 'host' ? [host, joiner] : [joiner, host]
  const ends = {ownFingerprint, peerFingerprint, exporter: () => Buffer.alloc(32, exporter)}
  return new Proof(role, code, ends, {host: Buffer.from(hostHello), joiner: Buffer.from(joinerHello)}, scalar)
}

/** Lets both ends prove themselves; returns whether the joiner, and the host, believes the other. */
function prove(joinerView: View, hostView: View): [boolean, boolean] {
  const [joiner, host] = [proofOf('joiner', joinerView), proofOf('host', hostView)]
  const [joinerTag, hostTag] = [joiner.meet(host.share), host.meet(joiner.share)]
  return [joiner.isConfirmedBy(hostTag), host.isConfirmedBy(joinerTag)]
}

describe('a proof', () => {
  it('holds between two ends that see the same', () => {
    expect(prove(truth, {...truth})).toEqual([true, true])
  })

  it.each<Partial<View>>([
    {code: wrongCode},
    {exporter: 8},
    {host: 'cc'.repeat(32)},
    {joiner: 'cc'.repeat(32)},
    {hostHello: '{"known":true}'},
    {joinerHello: '{"known":false}'},
    {host: joinerFingerprint, joiner: hostFingerprint},
  ])('fails at both ends when one of them sees %j', difference => {
    expect(prove({...truth, ...difference}, truth)).toEqual([false, false])
  })

  it('binds both devices and both HELLOs as the specification says, each HELLO with the role of who sent it', () => {
    const [host, joiner] = [proofOf('host', truth), proofOf('joiner', truth, Buffer.alloc(32, 5))]
    const exporter = Buffer.alloc(32, truth.exporter)
    const channelId = joinWithLengths(Buffer.from('chatctl/1 cpace'), Buffer.alloc(32, 0xbb), Buffer.alloc(32, 0xaa))
    expect(joiner.share).toEqual(makeShare(generator(Buffer.from(rightCode), channelId, exporter), Buffer.alloc(32, 5)))

    const a = {share: joiner.share, data: joinWithLengths(Buffer.from('joiner'), Buffer.from(truth.joinerHello))}
    const b = {share: host.share, data: joinWithLengths(Buffer.from('host'), Buffer.from(truth.hostHello))}
    const shared = sharedPoint(Buffer.alloc(32, 5), joiner.share, host.share)
    const key = confirmationKey(exporter, sessionKey(exporter, shared, a, b))
    expect(joiner.meet(host.share)).toEqual(confirmationTag(key, a))
    expect(host.meet(joiner.share)).toEqual(confirmationTag(key, b))
  })

  it('is not believed before the other side has sent its share', () => {
    expect(proofOf('host', truth).isConfirmedBy(Buffer.alloc(64))).toBe(false)
  })

  it('is not believed when a side only sends back what it has received', () => {
    const [joiner, host] = [proofOf('joiner', truth), proofOf('host', truth)]
    const ownTag = joiner.meet(host.share)
    expect(joiner.isConfirmedBy(ownTag)).toBe(false)
    expect(() => joiner.meet(joiner.share)).toThrow(expect.objectContaining({code: 'wrong-code', exitCode: 4}))
  })

  it('is made with another share each time', () => {
    expect(proofOf('host', truth).share).not.toEqual(proofOf('host', truth).share)
  })
})
