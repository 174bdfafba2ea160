import type {Conversation} from './conversation.js'
import {closeOnAbort} from './transport/close-on-abort.js'

/**
 * Leaves a conversation when a signal aborts.
 * @throws the reason of the signal, once all is closed, when it has aborted before
 */
export async function leaveOnAbort(signal: AbortSignal | undefined, conversation: Conversation): Promise<void> {
  void closeOnAbort(
    signal,
    () => void conversation.leave(),
    () => conversation.ended,
  )
  if (signal?.aborted) await conversation.ended
  signal?.throwIfAborted()
}
