import {toChatctlError} from '../errors/index.js'
import {InFlight} from './in-flight.js'
import {requireMessage} from './message-limit.js'
import type {ShellView} from './shell-view.js'

const maxMessagesInFlight = 64

/** The messages of a shell on their way to the room: who writes the next one does not wait for those before. */
export class Deliveries {
  readonly #sending: ShellView['sending']
  readonly #fail: (error: unknown) => void
  readonly #messages = new InFlight(maxMessagesInFlight)

  constructor({sending}: Pick<ShellView, 'sending'>, fail: (error: unknown) => void) {
    this.#sending = sending
    this.#fail = fail
  }

  /** Delivers text as a message by `deliver`; resolves when the next may follow. Mistakes are shown, never thrown. */
  async send(text: string, deliver: () => Promise<void>): Promise<void> {
    await this.#messages.add(this.#deliver(text, deliver))
  }

  /** Resolves as a delivery does, which is shown meanwhile. */
  async follow(text: string, delivery: Promise<void>): Promise<void> {
    const settled = this.#sending?.(text)
    try {
      await delivery
    } catch (error) {
      if (toChatctlError(error).code !== 'connection-lost') settled?.()
      throw error
    }
    settled?.()
  }

  /** Resolves when the room has every message, or each that it has not was reported. */
  drained(): Promise<void> {
    return this.#messages.drained()
  }

  async #deliver(text: string, deliver: () => Promise<void>): Promise<void> {
    try {
      requireMessage(text)
      await deliver()
    } catch (error) {
      this.#fail(error)
    }
  }
}
