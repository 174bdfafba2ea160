import type {RoomEvent} from './conversation.js'

/** Counts what one guest brings: whether there is anything, and each file that it has offered is here. */
export class DeliveryTally {
  #offered = 0
  /** Verified here, or here before. */
  #here = 0
  /** Changed on their way: their sender brings each once more, as it is now. */
  #awaitedAnew = 0

  /** Whether nothing is missing of what was offered so far. */
  get isWhole(): boolean {
    return this.#offered > 0 && this.#here === this.#offered
  }

  /** Takes what happens to the files of this guest. */
  observe(event: RoomEvent): void {
    if (event.event === 'offer') this.#countOffer()
    if (event.event === 'failed' && event.code === 'source-changed') this.#awaitedAnew++
    if (event.event === 'received' || (event.event === 'declined' && event.code === 'exists')) this.#here++
  }

  #countOffer(): void {
    if (this.#awaitedAnew > 0) this.#awaitedAnew--
    else this.#offered++
  }
}
