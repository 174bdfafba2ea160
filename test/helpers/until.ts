import {setImmediate} from 'node:timers/promises'

/** Lets the event loop turn until `isTrue`; a test that waits for ever is ended by its own limit. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate()
}
