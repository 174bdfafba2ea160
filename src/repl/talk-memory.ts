import type {Member, RoomEvent} from '../conversation.js'
import type {MessageEvent} from './message-text.js'

/** The most messages that can be shown again. */
export const maxRecentMessages = 500
const maxRecentBytes = 1024 * 1024

/** A message, and when it came. */
export interface RecentMessage {
  readonly message: MessageEvent
  readonly at: Date
}

/** What was said lately, in memory only, and who has last said something to oneself alone. */
export class TalkMemory {
  #recent: RecentMessage[] = []
  #bytes = 0
  #caller: Member | undefined

  /** Takes what happens in the room. */
  observe(event: RoomEvent, at: Date): void {
    if (event.event === 'message') this.#keep(event, at)
    if (event.event === 'renamed' && event.member.id === this.#caller?.id) this.#caller = event.member
  }

  /** Returns the last so many messages, the latest one last. */
  recent(count: number): RecentMessage[] {
    return this.#recent.slice(-count)
  }

  /** Who has last said something to oneself alone, under the nick of the moment. */
  get caller(): Member | undefined {
    return this.#caller
  }

  #keep(message: MessageEvent, at: Date): void {
    if (message.kind === 'private' && !message.self) this.#caller = message.from
    this.#recent.push({message, at})
    this.#bytes += message.text.length
    while (this.#recent.length > maxRecentMessages || this.#bytes > maxRecentBytes)
      this.#bytes -= this.#recent.shift()?.message.text.length ?? 0
  }
}
