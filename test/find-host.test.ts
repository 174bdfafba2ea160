import {describe, expect, it} from 'vitest'
import {findHost} from '../src/find-host.js'
import {emptyPeers} from './helpers/peer-memory.js'

const fingerprint = 'b'.repeat(64)

async function peersWith(address?: {host: string; port?: number}, name = 'bob') {
  const peers = emptyPeers()
  await peers.remember(fingerprint, {name, address})
  return peers
}

describe('the host that is meant', () => {
  it('is the remembered device of that name, where it was met last', async () => {
    const peers = await peersWith({host: 'fd00::17', port: 5001})
    const found = {address: {host: 'fd00::17', port: 5001}, fingerprint}
    expect(findHost({host: 'bob'}, peers)).toEqual(found)
    expect(findHost({host: 'BOB'}, peers)).toEqual(found)
    expect(findHost({host: 'bob', port: 7000}, peers)).toEqual({...found, address: {host: 'fd00::17', port: 7000}})
  })

  it('has port 5000 where nobody has said another', async () => {
    expect(findHost({host: 'bob'}, await peersWith({host: '10.0.0.1'})).address.port).toBe(5000)
    expect(findHost({host: 'nas'}, emptyPeers())).toEqual({address: {host: 'nas', port: 5000}, fingerprint: undefined})
  })

  it.each(['10.0.0.1', 'bob.local', 'bob.', '::1'])('is at the address %s, whatever a device is called', async host => {
    const name = host.replaceAll(':', '')
    const found = findHost({host}, await peersWith({host: '10.9.9.9'}, name))
    expect(found).toEqual({address: {host, port: 5000}, fingerprint: undefined})
  })

  it('is refused when nobody knows where the device is', async () => {
    const peers = await peersWith()
    expect(() => findHost({host: 'bob'}, peers)).toThrow(expect.objectContaining({code: 'no-address', exitCode: 2}))
  })
})
