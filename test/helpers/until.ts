import {setImmediate} from 'node:timers/promises'

/** Lets the event loop turn until `isTrue`; a test that waits for ever is ended by its own limit. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate()
}

/** Lets the event loop turn `count` times. */
export async function eventLoopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate()
}
