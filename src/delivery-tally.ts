import type {RoomEvent} from './conversation.js'

/** Counts what one guest brings: whether there is anything, and each file that it has offered is here. */
export class DeliveryTally {
  #offered = 0
  /** Verified here, or here before. */
  #here = 0
  /** Changed on their way: their sender offers each once more, as it is now, or says goodbye as one who has not brought all. */
  #changed = 0

  /** Whether nothing is missing of what was offered so far. */
  get isWhole(): boolean {
    return this.#here > 0 && this.#here === this.#offered - this.#changed
  }

  /** Takes what happens to the files of this guest; an offer may come before it is heard that an earlier one has failed. */
  observe(event: RoomEvent): void {
    if (event.event === 'offer') this.#offered++
    if (event.event === 'failed' && event.code === 'source-changed') this.#changed++
    if (event.event === 'received' || (event.event === 'declined' && event.code === 'exists')) this.#here++
  }
}
