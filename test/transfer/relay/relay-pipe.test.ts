import {randomBytes} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {ReceiveChannel} from '../../../src/session/receive-channel.js'
import {Bandwidth} from '../../../src/transfer/pace/bandwidth.js'
import {RelayBudget} from '../../../src/transfer/relay/relay-budget.js'
import {RelayPipe, type RelayTarget} from '../../../src/transfer/relay/relay-pipe.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {eventLoopTurns} from '../../helpers/until.js'

const label = {transfer: '0'.repeat(32)}
const trailer = {sha256: 'a'.repeat(64)}

/** A relay whose receiver has asked for everything, and lets nothing leave until it is told to. */
function stuckRelay() {
  const source = new ReceiveChannel(1, label, {
    grant: channel => void channel.window.nextGrant(10_000_000, 10_000_000),
    reset: () => undefined,
    rest: () => undefined,
    done: () => undefined,
  })
  const writes: {bytes: Buffer; leave: () => void}[] = []
  const ends: number[] = []
  const target: RelayTarget = {
    write: bytes => new Promise(resolve => writes.push({bytes, leave: resolve})),
    end: () => Promise.resolve(void ends.push(writes.length)),
    reset: () => undefined,
    granted: Infinity,
    isAnnounced: true,
    onGrant: () => undefined,
    onFail: () => undefined,
  }
  const clock = new FakeClock()
  const limits = {budget: new RelayBudget(), bandwidth: new Bandwidth(clock), clock}
  const follower = {target, isResumable: true, broken: () => undefined, fellBehind: () => undefined}
  new RelayPipe(source, [follower], null, limits)
  return {source, writes, ends}
}

/** Lets everything leave, and what comes behind it. */
async function leaveAll(writes: {leave: () => void}[], first = 0): Promise<void> {
  for (let next = first; next < writes.length; next++) {
    writes[next]!.leave()
    await eventLoopTurns(1)
  }
}

describe('the pipe of a relay', () => {
  it('puts together what a sender has cut into crumbs, so that what waits is bounded in number too', async () => {
    const {source, writes, ends} = stuckRelay()
    const bytes = randomBytes(200_000)
    for (let offset = 0; offset < bytes.length; offset++) source.takeBytes(offset, bytes.subarray(offset, offset + 1))
    expect(writes.length).toBeLessThan(20)
    source.takeEnd(bytes.length, trailer)
    await leaveAll(writes)
    expect(writes.length).toBeLessThan(40)
    expect(ends).toEqual([writes.length])
    expect(Buffer.concat(writes.map(({bytes}) => bytes)).equals(bytes)).toBe(true)
  })

  it('passes on what waits as soon as something has left', async () => {
    const {source, writes} = stuckRelay()
    const bytes = randomBytes(100_000)
    for (let offset = 0; offset < bytes.length; offset += 100)
      source.takeBytes(offset, bytes.subarray(offset, offset + 100))
    const before = writes.length
    writes[0]!.leave()
    await eventLoopTurns(1)
    expect(writes.length).toBeGreaterThan(before)
    await leaveAll(writes, 1)
    expect(Buffer.concat(writes.map(({bytes}) => bytes)).equals(bytes)).toBe(true)
  })
})
