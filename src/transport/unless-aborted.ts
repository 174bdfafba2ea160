import {closeOnAbort} from './close-on-abort.js'

/** Waits for something no longer than a signal lets it; then the reason of the signal is thrown, and that goes on alone. */
export function unlessAborted<Result>(signal: AbortSignal | undefined, happens: Promise<Result>): Promise<Result> {
  let giveUp = (): void => undefined
  const givenUp = new Promise<never>((_, reject) => (giveUp = () => reject(new Error('nobody waits any more'))))
  return closeOnAbort(signal, giveUp, () => Promise.race([happens, givenUp]))
}
