import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {whenOver} from './when-over.js'

/** A way to a port that can be cut, and refuses while it is; or is silent for a while. */
export interface CuttableProxy {
  readonly port: string
  /** Resets every connection, and those that come, until it is mended. */
  cut(): void
  mend(): void
  /** Resets every connection towards who has dialled, of which the port hears nothing; others may come. */
  cutUnheard(): void
  /** Lets nothing pass on any connection, nor on those that come, until it thaws. */
  freeze(): void
  thaw(): void
}

/** Passes connections on to a port of loopback. */
export async function cuttableProxy(target: string): Promise<CuttableProxy> {
  const ways = new Set<Way>()
  let [isCut, isFrozen] = [false, false]
  const server = createServer(near => {
    if (isCut) return void near.resetAndDestroy()
    const way = new Way(near, connect({host: '127.0.0.1', port: Number(target)}), () => ways.delete(way))
    ways.add(way)
    if (!isFrozen) way.thaw()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    isCut = true
    for (const way of ways) way.cut()
  }
  whenOver(() => {
    cut()
    server.close()
  })
  return {
    port: String((server.address() as AddressInfo).port),
    cut,
    mend: () => (isCut = false),
    cutUnheard: () => ways.forEach(way => way.cutUnheard()),
    freeze: () => {
      isFrozen = true
      for (const way of ways) way.freeze()
    },
    thaw: () => {
      isFrozen = false
      for (const way of ways) way.thaw()
    },
  }
}

/** One connection: its socket towards who has dialled, and the one towards the port. */
class Way {
  readonly #near: Socket
  readonly #far: Socket

  constructor(near: Socket, far: Socket, closed: () => void) {
    this.#near = near
    this.#far = far
    for (const socket of [near, far]) socket.on('error', () => undefined)
    far.on('close', closed)
  }

  cut(): void {
    this.#near.resetAndDestroy()
    this.#far.resetAndDestroy()
  }

  cutUnheard(): void {
    this.freeze()
    this.#near.resetAndDestroy()
  }

  freeze(): void {
    this.#near.unpipe(this.#far)
    this.#far.unpipe(this.#near)
  }

  thaw(): void {
    this.#near.pipe(this.#far).pipe(this.#near)
  }
}
