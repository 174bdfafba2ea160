import type {Conversation, Member, RoomEvent} from '../conversation.js'
import type {ChatctlError} from '../errors/index.js'
import {EventHub} from './event-hub.js'
import {RoomView} from './room-view.js'

/** How a conversation is over. */
export type Ending = Awaited<Conversation['ended']>

/** What the host's and a member's conversation have in common: the view of the room, and the events. */
export abstract class ConversationBase {
  protected readonly view = new RoomView()
  protected readonly hub = new EventHub()
  readonly ended: Promise<Ending>
  #finish: (ending: Ending) => void = () => undefined
  #isOver = false

  constructor() {
    this.ended = new Promise(resolve => (this.#finish = resolve))
  }

  get me(): Member {
    return this.view.me
  }

  get host(): Member {
    return this.view.host
  }

  /** Whether the conversation is over. */
  protected get isOver(): boolean {
    return this.#isOver
  }

  members(): Member[] {
    return this.view.members()
  }

  subscribe(listener: (event: RoomEvent) => void): () => void {
    return this.hub.subscribe(listener)
  }

  events(): AsyncIterable<RoomEvent> {
    return this.hub.events()
  }

  /** Ends the conversation, once. */
  protected finish(reason: string, error?: ChatctlError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.hub.emit({event: 'bye', reason})
    this.#finish(error ? {reason, error} : {reason})
  }
}
