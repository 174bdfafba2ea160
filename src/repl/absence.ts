import type {RoomEvent} from '../conversation.js'

/** Whether one is away, and who has been told so. */
export class Absence {
  #reason: string | undefined
  readonly #told = new Set<number>()

  get isAway(): boolean {
    return this.#reason !== undefined
  }

  /** One is away, for a reason or none. */
  begin(reason = ''): void {
    this.#reason = reason
    this.#told.clear()
  }

  end(): void {
    this.#reason = undefined
  }

  /**
   * Returns whom to answer that one is away, and what, when somebody says something to oneself alone: each of them once, so that
   * two who are away do not answer each other for ever.
   */
  answerTo(event: RoomEvent): {nick: string; text: string} | undefined {
    if (this.#reason === undefined || event.event !== 'message') return undefined
    const {kind, self, from} = event
    if (kind !== 'private' || self || this.#told.has(from.id)) return undefined
    this.#told.add(from.id)
    return {nick: from.nick, text: this.#reason === '' ? '(away)' : `(away: ${this.#reason})`}
  }
}
