import type {Member, RoomEvent} from '../conversation.js'

/** Those of whom nothing is shown here: for as long as the shell runs, whatever they call themselves then. */
export class Ignored {
  /** By id: their nick of the moment, which also tells them when they come back. */
  readonly #nicks = new Map<number, string>()

  /** The nicks of those who are ignored. */
  get nicks(): string[] {
    return [...new Set(this.#nicks.values())]
  }

  add({id, nick}: Member): void {
    this.#nicks.set(id, nick)
  }

  /** Whether somebody of that nick was ignored, and is not any more. */
  remove(nick: string): boolean {
    const found = [...this.#nicks].filter(([, known]) => known.toLowerCase() === nick.toLowerCase())
    for (const [id] of found) this.#nicks.delete(id)
    return found.length > 0
  }

  /** Takes what happens in the room; returns whether it is to be shown: talk and offers of who is ignored are not. */
  observe(event: RoomEvent): boolean {
    if (event.event === 'joined' && this.nicks.includes(event.member.nick)) this.add(event.member)
    if (event.event === 'renamed' && this.#nicks.has(event.member.id)) this.add(event.member)
    return !('from' in event && this.#nicks.has(event.from.id))
  }
}
