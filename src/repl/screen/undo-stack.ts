import type {Draft} from './draft.js'

const maxKept = 500

/** The drafts before each change of the text; typing on is one change. */
export class UndoStack {
  #kept: Draft[] = []
  #isTyping = false

  /** Keeps the draft that a change is made to. */
  keep(before: Draft, {isTyping}: {isTyping: boolean}): void {
    if (!(isTyping && this.#isTyping)) this.#kept = [...this.#kept.slice(1 - maxKept), before]
    this.#isTyping = isTyping
  }

  /** What is typed from here on is another change. */
  pause(): void {
    this.#isTyping = false
  }

  /** Returns the draft before the last change, once. */
  take(): Draft | undefined {
    this.pause()
    return this.#kept.pop()
  }

  /** Forgets everything: another text is begun. */
  clear(): void {
    this.pause()
    this.#kept = []
  }
}
