import type {Clock} from './clock.js'

/** How long either side waits for its last words to be heard; a process that ends has about a second in all. */
export const farewellMs = 300

/** Resolves when something has happened, or after a time at the latest. */
export async function within(clock: Clock, milliseconds: number, happens: Promise<unknown>): Promise<void> {
  await new Promise<void>(resolve => {
    const callOff = clock.setTimeout(resolve, milliseconds)
    void happens.then(callOff).then(resolve)
  })
}
