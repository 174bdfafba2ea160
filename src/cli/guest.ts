import {ChatctlError} from '../errors/index.js'
import type {Notice} from '../entry-options.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {resolveAddress, type Address} from './address.js'
import {askAddress, askCode, askToEnterUnproved, type Terminal} from './prompts.js'
import {keepSecret} from './secrets.js'
import type {Mode} from './streams.js'

/** What one needs to be let in somewhere: as given on the command line or, on a terminal only, as a person says it. */
export class Guest {
  /** Undefined when there is nobody to ask. */
  readonly #person: Terminal | undefined

  constructor(mode: Mode, terminal: Terminal) {
    this.#person = mode === 'terminal' ? terminal : undefined
  }

  /** How a person hears of something before the code is asked; undefined when there is nobody to ask. */
  get onNotice(): ((notice: Notice) => void) | undefined {
    const person = this.#person
    return person && (({message}) => void person.output.write(`${sanitiseLine(message)}\n`))
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
    let isAnother = false
    return async () => {
      if (isAnother) person.output.write('Wrong, or already used: ask for a new one.\n')
      isAnother = true
      return keepSecret(await askCode('Code from the host: ', person))
    }
  }

  /** Whether a host that proves nothing is accepted: as the flag says, or as a person does when asked. */
  open(isGiven: boolean): boolean | (() => Promise<boolean>) {
    const person = this.#person
    return isGiven || person === undefined ? isGiven : () => askToEnterUnproved(person)
  }
}
