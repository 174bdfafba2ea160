import type {Clock} from './clock.js'

/** Resolves after a time; rejects with the signal's reason as soon as that aborts. */
export async function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>(resolve => {
    const stop = (): void => {
      callOff()
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    const callOff = clock.setTimeout(stop, milliseconds)
    signal?.addEventListener('abort', stop)
  })
  signal?.throwIfAborted()
}
