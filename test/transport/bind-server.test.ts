import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {describe, expect, it, onTestFinished} from 'vitest'
import {bindServer, requireFreePort} from '../../src/transport/bind-server.js'

describe('a port that is tried', () => {
  it.each(['127.0.0.1', undefined])('is in use when someone listens there, at %s', async bind => {
    const server = createServer()
    onTestFinished(() => void server.close())
    await bindServer(server, {port: 0, bind})
    const {port} = server.address() as AddressInfo
    await expect(requireFreePort(port)).rejects.toMatchObject({code: 'port-in-use', exitCode: 3})
  })

  it('is free when nobody does, and stays so', async () => {
    const server = createServer()
    await bindServer(server, {port: 0})
    const {port} = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    await requireFreePort(port)
    await requireFreePort(port)
  })
})
