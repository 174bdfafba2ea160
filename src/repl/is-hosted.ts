import type {Conversation, HostedRoom} from '../conversation.js'

/** Whether a conversation is the host's own. */
export function isHosted(conversation: Conversation): conversation is HostedRoom {
  return 'invite' in conversation
}
