import type {Clock} from '../../session/clock.js'
import {SharedSending, type Sharer} from './shared-sending.js'

/** So long who has accepted waits for the others, whose answers may be about to come. */
export const gatherMs = 250

interface Gathering {
  sharers: {sharer: Sharer; begin: (sending: SharedSending | undefined) => void}[]
  callOff: () => void
}

/** Brings together those who are offered the same, and want it from the same place at about the same time. */
export class SharingPool {
  readonly #clock: Clock
  readonly #gatherings = new Map<string, Gathering>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Waits for the others, of `recipients` in all, but not for long. Resolves with the sending that serves all who have come
   * by then; undefined when nobody else has.
   */
  join(sharer: Sharer, recipients: number): Promise<SharedSending | undefined> {
    const key = keyOf(sharer)
    return new Promise(resolve => {
      const gathering = this.#gatherings.get(key) ?? this.#begin(key)
      gathering.sharers.push({sharer, begin: resolve})
      if (gathering.sharers.length >= recipients) this.#close(key, gathering)
    })
  }

  #begin(key: string): Gathering {
    const gathering: Gathering = {sharers: [], callOff: () => undefined}
    gathering.callOff = this.#clock.setTimeout(() => this.#close(key, gathering), gatherMs)
    this.#gatherings.set(key, gathering)
    return gathering
  }

  #close(key: string, {sharers, callOff}: Gathering): void {
    callOff()
    this.#gatherings.delete(key)
    const still = sharers.filter(({sharer}) => !sharer.task.signal.aborted)
    const sending = still.length > 1 ? new SharedSending(still.map(({sharer}) => sharer)) : undefined
    for (const {begin} of sharers) begin(sending)
    sending?.begin()
  }
}

/** What has to be alike for one sending to serve all of them. */
function keyOf({task}: Sharer): string {
  const {source, start, takesBlocks, compression} = task
  return JSON.stringify([source.identity, source.bytes, start, takesBlocks, compression])
}
