import type {RoomEvent} from '../conversation.js'
import {ChatctlError, reasonOf} from '../errors/index.js'
import type {PluginRunner} from './plugin-runner.js'
import type {PluginContribution} from './plugin.js'

/** Events that may wait for a plug-in; what comes on top of that it misses. */
export const maxWaitingEvents = 1000

/** What a plug-in does at what happens. */
type Reaction = NonNullable<PluginContribution['onEvent']>

/** A plug-in that hears what happens, one event after the other; nobody waits for it. */
export class PluginListener {
  readonly #react: Reaction
  readonly #runner: PluginRunner
  readonly #complain: (problem: string) => void
  readonly #waiting: RoomEvent[] = []
  #isBusy = false
  #hasMissed = false

  constructor(react: Reaction, runner: PluginRunner, complain: (problem: string) => void) {
    this.#react = react
    this.#runner = runner
    this.#complain = complain
  }

  /** Takes what happens. */
  hear(event: RoomEvent): void {
    if (this.#waiting.length < maxWaitingEvents) this.#waiting.push(event)
    else this.#tellMissed()
    void this.#work()
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) await this.#reactTo(event)
    this.#isBusy = false
  }

  async #reactTo(event: RoomEvent): Promise<void> {
    const copy = structuredClone(event)
    try {
      await this.#runner.run('event', `its answer to "${event.event}"`, async context => this.#react(copy, context))
    } catch (error) {
      // The end of the room is told once, by whoever waits for it.
      if (!(error instanceof ChatctlError && error.code === 'connection-lost')) this.#complain(reasonOf(error))
    }
  }

  #tellMissed(): void {
    if (!this.#hasMissed) this.#complain('it is too slow, and misses what happens')
    this.#hasMissed = true
  }
}
