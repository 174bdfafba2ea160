import {createServer, type AddressInfo} from 'node:net'
import {describe, expect, it, onTestFinished} from 'vitest'
import {join} from '../src/join.js'
import {newHome} from './helpers/device.js'
import {until} from './helpers/until.js'

/** A port where connections are taken, and nothing is ever said. */
async function silentPort() {
  const seen = {dials: 0, open: 0}
  const server = createServer(socket => {
    seen.dials++
    seen.open++
    socket.on('error', () => undefined)
    socket.on('close', () => seen.open--)
    socket.resume()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return {port: (server.address() as AddressInfo).port, seen}
}

describe('joining', () => {
  it('does not begin when it is called off before', async () => {
    const {port, seen} = await silentPort()
    const options = {
      home: newHome(),
      host: '127.0.0.1',
      port,
      signal: AbortSignal.abort(new Error('enough')),
    }
    await expect(join(options)).rejects.toThrow('enough')
    expect(seen.dials).toBe(0)
  })

  it('is called off on its way, and closes what is open', async () => {
    const {port, seen} = await silentPort()
    const giveUp = new AbortController()
    const joining = join({home: newHome(), host: '127.0.0.1', port, signal: giveUp.signal})
    const refused = expect(joining).rejects.toThrow('enough')
    await until(() => seen.open === 1)
    giveUp.abort(new Error('enough'))
    await refused
    await until(() => seen.open === 0)
  })

  it('takes no limit for dialling as the usual one', async () => {
    const {port, seen} = await silentPort()
    const giveUp = new AbortController()
    const joining = join({home: newHome(), host: '127.0.0.1', port, timeoutMs: 0, signal: giveUp.signal})
    const refused = expect(joining).rejects.toThrow('enough')
    await until(() => seen.open === 1)
    giveUp.abort(new Error('enough'))
    await refused
  })
})
