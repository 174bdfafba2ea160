import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {onTestFinished} from 'vitest'

/** A way to a port that can be cut, and refuses while it is. */
export interface CuttableProxy {
  readonly port: string
  /** Resets every connection, and those that come, until it is mended. */
  cut(): void
  mend(): void
}

/** Passes connections on to a port of loopback. */
export async function cuttableProxy(target: string): Promise<CuttableProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer(near => {
    if (isCut) return void near.resetAndDestroy()
    const far = connect({host: '127.0.0.1', port: Number(target)})
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.resetAndDestroy()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  return {port: String((server.address() as AddressInfo).port), cut, mend: () => (isCut = false)}
}
