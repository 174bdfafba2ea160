import {ChatctlError} from './errors/index.js'
import type {Clock} from './transport/clock.js'
import {pause} from './transport/pause.js'

/** How long a lost connection is tried again: as long as the host keeps the session of someone who fell silent. */
const giveUpAfterMs = 60_000

/** A host whose port is closed has most likely ended: it is given up sooner. */
const giveUpRefusedAfterMs = 5000

const longestPauseMs = 5000

/**
 * Tries to come back to a host until it succeeds, with growing pauses; a signal calls it off.
 * @throws ChatctlError `connection-lost` when the host is not back in time, or what went wrong is final; or the reason
 * of the signal
 */
export async function comeBack(
  attempt: (number: number) => Promise<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const lostAt = clock.now()
  for (let number = 1; ; number++) {
    signal.throwIfAborted()
    try {
      await attempt(number)
      return
    } catch (error) {
      signal.throwIfAborted()
      if (!isWorthAnotherTry(error, clock.now() - lostAt)) throw lost(error)
    }
    await pause(clock, pauseMs(number), signal)
  }
}

function pauseMs(attempt: number): number {
  return Math.min(longestPauseMs, 100 * 2 ** attempt) * (0.5 + Math.random() / 2)
}

function isWorthAnotherTry(error: unknown, elapsedMs: number): boolean {
  if (!(error instanceof ChatctlError) || error.exitCode !== 3) return false
  return elapsedMs < (error.code === 'connection-refused' ? giveUpRefusedAfterMs : giveUpAfterMs)
}

function lost(cause: unknown): ChatctlError {
  const why = cause instanceof ChatctlError ? `: ${cause.message}` : ''
  return new ChatctlError('connection-lost', `the connection to the host is lost${why}`, {cause})
}
