import {toChatctlError} from '../errors/index.js'
import type {DeskServices} from './desk-services.js'
import type {Continuation, Sink} from './sink.js'

/** What a file leaves on the disk when its transfer is over: it is kept for another one, removed, or forgotten. */
export class Leftovers {
  readonly #services: Pick<DeskServices, 'heard' | 'after'>
  readonly #stays: (why: string) => void

  /** `stays` hears why something has to stay. */
  constructor(services: Pick<DeskServices, 'heard' | 'after'>, stays: (why: string) => void) {
    this.#services = services
    this.#stays = stays
  }

  /** Keeps what came so far, or removes it. */
  async putAway(sink: Sink, isKept: boolean): Promise<void> {
    await this.#tryTo(() => (sink.continuation && isKept ? sink.continuation.keep() : sink.discard()))
  }

  /** A sender that is gone before it has heard offers it again: what it takes to know it then stays. */
  forgetWhenHeard({continuation}: Sink): void {
    if (continuation) this.#services.after(this.#forgetLater(continuation))
  }

  async #forgetLater(continuation: Continuation): Promise<void> {
    const isHeard = await this.#services.heard().then(
      () => true,
      () => false,
    )
    if (isHeard) await this.#tryTo(() => continuation.forget())
  }

  async #tryTo(putAway: () => Promise<void>): Promise<void> {
    try {
      await putAway()
    } catch (thrown) {
      this.#stays(toChatctlError(thrown).message)
    }
  }
}
