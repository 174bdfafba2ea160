import type {Candidate, Completer, Completions} from '../completion.js'
import {charactersOf, type Draft} from './draft.js'
import type {LineEditor} from './line-editor.js'

/** The candidates that are shown; one of them may stand in the line. */
export interface ShownList {
  readonly start: number
  readonly candidates: readonly Candidate[]
  readonly selected: number | undefined
}

/** Who hears of what comes of an answer, or of what keeps it from coming. */
export interface CompletionListeners {
  readonly onChange: () => void
  readonly onMistake: (error: unknown) => void
}

/** Completes the word at the cursor: the only candidate, what all begin with, or a list to choose from. */
export class TabCompletion {
  readonly #editor: LineEditor
  readonly #complete: Completer
  readonly #onChange: () => void
  readonly #onMistake: (error: unknown) => void
  #list: ShownList | undefined
  /** The draft for which an answer is awaited; any other answer comes too late. */
  #asked: Draft | undefined

  constructor(editor: LineEditor, complete: Completer, listeners: CompletionListeners) {
    this.#editor = editor
    this.#complete = complete
    this.#onChange = listeners.onChange
    this.#onMistake = listeners.onMistake
  }

  get list(): ShownList | undefined {
    return this.#list
  }

  /** Completes, or goes on to the next candidate of the list, or with -1 back. */
  async advance(step: 1 | -1): Promise<void> {
    if (this.#list) this.#select(this.#list, step)
    else {
      const found = await this.#ask()
      if (found !== undefined) this.#settle(found)
    }
  }

  /** Takes notice of another key: a list that is shown becomes that of what is typed now, and goes with the word. */
  async follow(): Promise<void> {
    this.#asked = undefined
    if (this.#list === undefined) return
    const {start} = this.#list
    if (this.#editor.draft.cursor <= start) {
      this.#list = undefined
      return
    }
    const found = await this.#ask()
    if (found === undefined) return
    this.#list = found.start === start && found.candidates.length > 0 ? {...found, selected: undefined} : undefined
    this.#onChange()
  }

  /** Takes the list away; returns whether there was one. */
  close(): boolean {
    const wasOpen = this.#list !== undefined
    this.#list = this.#asked = undefined
    return wasOpen
  }

  async #ask(): Promise<Completions | undefined> {
    const asked = (this.#asked = this.#editor.draft)
    const found = await this.#answerTo(asked)
    return this.#asked === asked && this.#editor.draft === asked ? found : undefined
  }

  /** What cannot be completed is told, and has no candidates. */
  async #answerTo({text, cursor}: Draft): Promise<Completions> {
    try {
      return await this.#complete(text, cursor)
    } catch (error) {
      this.#onMistake(error)
      return {start: cursor, candidates: []}
    }
  }

  #settle(found: Completions): void {
    const {start, candidates} = found
    const typedLength = this.#editor.draft.cursor - start
    const common = commonStart(candidates.map(({value}) => value))
    if (candidates.length === 1 || common.length > typedLength) this.#editor.replaceFrom(start, common)
    this.#list = candidates.length > 1 ? {...found, selected: undefined} : undefined
    this.#onChange()
  }

  #select(list: ShownList, step: 1 | -1): void {
    const {start, candidates, selected} = list
    const next = selected === undefined ? (step === 1 ? 0 : -1) : selected + step
    const index = (next + candidates.length) % candidates.length
    this.#editor.replaceFrom(start, candidates[index]?.value ?? '')
    this.#list = {...list, selected: index}
    this.#onChange()
  }
}

/** What all values begin with, in whole characters. */
function commonStart(values: readonly string[]): string {
  const [first = [], ...others] = values.map(charactersOf)
  const differs = first.findIndex((character, index) => others.some(other => other[index] !== character))
  return (differs === -1 ? first : first.slice(0, differs)).join('')
}
