import {setImmediate, setTimeout} from 'node:timers/promises'

/**
 * Lets the event loop turn until `isTrue`; a test that waits for ever is ended by its own limit. What does not come
 * soon comes from a disk, a thread or a process: looking at every turn would take the processor from it.
 */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let looks = 0; !isTrue(); looks++) await (looks < 200 ? setImmediate() : setTimeout(1))
}

/** Lets the event loop turn `count` times. */
export async function eventLoopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate()
}
