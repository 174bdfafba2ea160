import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {whenOver} from './when-over.js'

/** A way to a port that can be cut, and refuses while it is; or is silent for a while. */
export interface CuttableProxy {
  readonly port: string
  /** Bytes that have come from either side. */
  readonly passedBytes: number
  /** Resolves, at once, with the first byte that makes them so many. */
  whenPassed(bytes: number): Promise<void>
  /** Resets every connection, and those that come, until it is mended. */
  cut(): void
  mend(): void
  /** Resets every connection; others may come. */
  reset(): void
  /** Swallows from now on all that comes on any connection, which stays open; others may come. */
  silence(): void
  /** Resets every connection towards who has dialled, of which the port hears nothing; others may come. */
  cutUnheard(): void
  /** Lets nothing pass on any connection, nor on those that come, until it thaws. */
  freeze(): void
  thaw(): void
}

/** Passes connections on to a port of loopback, which `target` may tell anew for each. */
export async function cuttableProxy(target: string | (() => string)): Promise<CuttableProxy> {
  const ways = new Set<Way>()
  const passed = new Counter()
  let [isCut, isFrozen] = [false, false]
  const server = createServer(near => {
    if (isCut) return void near.resetAndDestroy()
    const port = Number(typeof target === 'string' ? target : target())
    const way = new Way(near, connect({host: '127.0.0.1', port}), () => ways.delete(way))
    near.on('data', ({length}) => passed.add(length))
    way.far.on('data', ({length}) => passed.add(length))
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
    get passedBytes() {
      return passed.bytes
    },
    whenPassed: bytes => passed.reaches(bytes),
    cut,
    mend: () => (isCut = false),
    reset: () => ways.forEach(way => way.cut()),
    silence: () => ways.forEach(way => way.silence()),
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

/** Counts bytes, and tells when they are so many. */
class Counter {
  #bytes = 0
  #waiting: {bytes: number; tell: () => void}[] = []

  get bytes(): number {
    return this.#bytes
  }

  add(byteLength: number): void {
    this.#bytes += byteLength
    for (const {bytes, tell} of this.#waiting) if (this.#bytes >= bytes) tell()
    this.#waiting = this.#waiting.filter(({bytes}) => this.#bytes < bytes)
  }

  async reaches(bytes: number): Promise<void> {
    if (this.#bytes < bytes) await new Promise<void>(tell => this.#waiting.push({bytes, tell}))
  }
}

/** One connection: its socket towards who has dialled, and the one towards the port. */
class Way {
  readonly near: Socket
  readonly far: Socket
  #isFrozen = true

  constructor(near: Socket, far: Socket, closed: () => void) {
    this.near = near
    this.far = far
    for (const socket of [near, far]) socket.on('error', () => undefined)
    far.on('close', closed)
    far.on('close', () => this.#endWith(near))
    near.on('close', () => this.#endWith(far))
  }

  cut(): void {
    this.near.resetAndDestroy()
    this.far.resetAndDestroy()
  }

  cutUnheard(): void {
    this.freeze()
    this.near.resetAndDestroy()
  }

  silence(): void {
    this.freeze()
    this.near.resume()
    this.far.resume()
  }

  freeze(): void {
    this.#isFrozen = true
    this.near.unpipe(this.far)
    this.far.unpipe(this.near)
  }

  thaw(): void {
    this.#isFrozen = false
    this.near.pipe(this.far).pipe(this.near)
  }

  /** What one side is not there for any more is no matter of the other: but of an end that passes nothing nobody hears. */
  #endWith(socket: Socket): void {
    if (!this.#isFrozen) socket.destroySoon()
  }
}
