import {describe, expect, it} from 'vitest'
import {endDeadlineMs, SocketTransport} from '../../src/transport/socket-transport.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {socketPair} from '../helpers/transport-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

const muchMoreThanAKernelHolds = Buffer.alloc(64_000_000)

describe('a transport over a socket', () => {
  it('does not let a peer that never reads hold up its end for longer than the deadline', async () => {
    const clock = new FakeClock()
    const [near, far] = await socketPair()
    far.pause()
    const transport = new SocketTransport(near, clock)
    let closes = 0
    transport.onClose = () => closes++
    transport.write([muchMoreThanAKernelHolds])
    transport.end()
    clock.advance(endDeadlineMs - 1)
    await eventLoopTurns(50)
    expect(closes).toBe(0)
    clock.advance(1)
    await until(() => closes === 1)
    expect(clock.waiting).toBe(0)
  })

  it('does not let a peer that ends, but never reads, hold it up either', async () => {
    const clock = new FakeClock()
    const [near, far] = await socketPair()
    far.pause()
    const transport = new SocketTransport(near, clock)
    let closes = 0
    transport.onData = () => undefined
    transport.onClose = () => closes++
    transport.write([muchMoreThanAKernelHolds])
    far.end()
    await until(() => clock.waiting === 1)
    clock.advance(endDeadlineMs)
    await until(() => closes === 1)
  })

  it('leaves no timer behind once it is closed', async () => {
    const clock = new FakeClock()
    const [near, far] = await socketPair()
    far.resume()
    const transport = new SocketTransport(near, clock)
    let closes = 0
    transport.onClose = () => closes++
    transport.end()
    await until(() => closes === 1)
    expect(clock.waiting).toBe(0)
  })

  it('passes on the error of a reset', async () => {
    const [near, far] = await socketPair()
    const transport = new SocketTransport(near)
    const errors: unknown[] = []
    transport.onData = () => undefined
    transport.onClose = error => errors.push(error)
    far.resetAndDestroy()
    await until(() => errors.length === 1)
    expect(errors).toEqual([expect.objectContaining({code: 'ECONNRESET'})])
  })

  it('shows an IPv4 address as IPv4', async () => {
    const [near] = await socketPair()
    expect(new SocketTransport(near).remoteAddress).toBe('127.0.0.1')
  })
})
