/** Waits for work; a signal that aborts meanwhile closes what it works on, and its reason is what a failure throws. */
export async function closeOnAbort<Result>(
  signal: AbortSignal | undefined,
  close: () => void,
  work: () => Promise<Result>,
): Promise<Result> {
  signal?.addEventListener('abort', close)
  try {
    if (signal?.aborted) close()
    return await work()
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', close)
  }
}
