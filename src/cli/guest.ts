import {ChatctlError} from '../errors/index.js'
import type {Notice} from '../entry-options.js'
import {shellClock} from '../repl/shell-clock.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'
import {resolveAddress, type Address} from './address.js'
import {ConnectingLine} from './connecting-line.js'
import {askAddress, askCode, askToEnterUnproved, type Terminal} from './prompts.js'
import {keepSecret} from './secrets.js'
import type {Mode} from './streams.js'

/** As often as a person is asked for the code. */
const maxTries = 3

/** What one needs to be let in somewhere: as given on the command line or, on a terminal only, as a person says it. */
export class Guest {
  /** Undefined when there is nobody to ask. */
  readonly #person: Terminal | undefined
  readonly #theme: Theme
  #line: ConnectingLine | undefined

  constructor(mode: Mode, terminal: Terminal, theme: Theme) {
    this.#person = mode === 'terminal' ? terminal : undefined
    this.#theme = theme
  }

  /** How a person hears of something before the code is asked; undefined when there is nobody to ask. */
  get onNotice(): ((notice: Notice) => void) | undefined {
    return this.#person && (({message}) => void this.#interrupt(() => this.#tell(sanitiseLine(message))))
  }

  /** The host's address, or name, from wherever it was given. */
  async address(typed: readonly (string | undefined)[], port: number | undefined): Promise<Address> {
    const given = resolveAddress(typed, port)
    if (given !== undefined) return given
    const asked = this.#person && resolveAddress([await askAddress(this.#person)], port)
    if (asked !== undefined) return asked
    throw new ChatctlError('no-address', 'no address is given')
  }

  /** The code that was given, or how a person is asked for it; undefined when there is neither. */
  code(given: string | undefined): string | (() => Promise<string>) | undefined {
    const person = this.#person
    if (given !== undefined || person === undefined) return given
    let tries = 0
    return () =>
      this.#interrupt(async () => {
        tries++
        if (tries > 1) this.#tell(`Wrong, or already used: ask for a new one. Try ${tries} of ${maxTries}.`)
        return keepSecret(await askCode('Code from the host: ', person, message => this.#tell(message)))
      })
  }

  /** Whether a host that proves nothing is accepted: as the flag says, or as a person does when asked. */
  open(isGiven: boolean): boolean | (() => Promise<boolean>) {
    const person = this.#person
    return isGiven || person === undefined ? isGiven : () => this.#interrupt(() => askToEnterUnproved(person))
  }

  /** Shows that a host is dialled, until it is {@link connected}. */
  connecting({host, port}: Address): void {
    if (this.#person === undefined) return
    const to = port === undefined ? host : `${host}, port ${port}`
    this.#line = new ConnectingLine(to, {...this.#person, clock: shellClock, fit: this.#theme.fit})
    this.#line.start()
  }

  /** The host was reached, or was not. */
  connected(): void {
    this.#line?.stop()
    this.#line = undefined
  }

  #interrupt<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const asked = async (): Promise<Result> => work()
    return this.#line === undefined ? asked() : this.#line.without(asked)
  }

  #tell(message: string): void {
    this.#person?.output.write(this.#theme.fit(`${this.#theme.warning(message)}\n`))
  }
}
