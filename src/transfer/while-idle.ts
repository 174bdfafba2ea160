import type {Clock} from '../session/clock.js'

/** What takes so long is told to the other end: well before it would think that this one stalls. */
export const idleMs = 10_000

/** What the other end is told by that nothing is wrong. */
export interface IdlePauses {
  readonly isMoving: boolean
  pause(reason: 'idle'): void
  resume(reason: 'idle'): void
}

/** Does what may take any time, such as to hash what was kept of a large file; meanwhile the other end knows that nothing is wrong. */
export async function whileIdle<T>(pauses: IdlePauses, clock: Clock, work: () => Promise<T>): Promise<T> {
  const callOff = clock.setTimeout(() => {
    // Whoever has given it up waits for nothing.
    if (pauses.isMoving) pauses.pause('idle')
  }, idleMs)
  try {
    return await work()
  } finally {
    callOff()
    pauses.resume('idle')
  }
}
