import type {Notice} from './entry-options.js'
import {ChatctlError} from './errors/index.js'
import type {FoundHost, HostAddress} from './find-host.js'
import type {PeerMemory} from './peer-memory.js'
import {formatEndpoint} from './transport/address.js'

/** Which device may answer in a host's place: any at an address, one alone once that is settled. */
export class ExpectedHost {
  /** Hears when another device answers at an address than last time. */
  onNotice: (notice: Notice) => void = () => undefined
  readonly #address: HostAddress
  readonly #memory: PeerMemory
  #fingerprint: string | undefined
  #hasToldOfOther = false

  constructor({address, fingerprint}: FoundHost, memory: PeerMemory) {
    this.#address = address
    this.#fingerprint = fingerprint
    this.#memory = memory
  }

  /** From now on nobody else may answer. */
  settleOn(fingerprint: string): void {
    this.#fingerprint = fingerprint
  }

  /**
   * Goes no further when it is not the one device that may answer, and tells when it is not the one of last time.
   * @throws ChatctlError `other-device`
   */
  check(fingerprint: string): void {
    if (this.#fingerprint === fingerprint) return
    if (this.#fingerprint !== undefined) throw this.#metAnother(this.#fingerprint)
    const before = this.#memory.lastAt(this.#address)
    if (before === undefined || before.fingerprint === fingerprint || this.#hasToldOfOther) return
    this.#hasToldOfOther = true
    const name = this.#memory.nameOf(fingerprint)
    const now = name === undefined ? stranger : `${name} answers now: it is remembered too`
    this.onNotice({code: 'other-device', message: `${this.#endpoint} was ${before.name}, and ${now}`})
  }

  #metAnother(expected: string): ChatctlError {
    const name = this.#memory.nameOf(expected) ?? 'the device that was meant'
    return new ChatctlError('other-device', `another device than ${name} answers at ${this.#endpoint}`)
  }

  get #endpoint(): string {
    const {host, port} = this.#address
    return formatEndpoint(host, port)
  }
}

const stranger = 'another device answers now: it has to prove the code like a stranger'
