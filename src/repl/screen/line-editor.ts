import {
  draftOf,
  emptyDraft,
  insert,
  lineAbove,
  lineBelow,
  moveTo,
  removeTo,
  transpose,
  type Draft,
  type Motion,
} from './draft.js'
import {HistorySearch} from './history-search.js'
import {keyBindings, type Edit} from './key-bindings.js'
import {KillRing} from './kill-ring.js'
import type {Recall} from './recall.js'
import {UndoStack} from './undo-stack.js'

type Act = Extract<Edit, {act: string}>['act']

/** What is written and how keys change it: text in, text out, and nothing of a screen. */
export class LineEditor {
  readonly #recall: Recall
  readonly #kills = new KillRing()
  readonly #undo = new UndoStack()
  #draft = emptyDraft
  #search: {readonly search: HistorySearch; readonly before: Draft} | undefined
  /** What the last key did, where the next one may go on with it: a kill, or a yank and what was before it. */
  #last: 'kill' | {readonly beforeYank: Draft} | undefined

  constructor(recall: Recall) {
    this.#recall = recall
  }

  get draft(): Draft {
    return this.#draft
  }

  /** The search that is going on. */
  get search(): HistorySearch | undefined {
    return this.#search?.search
  }

  /** Puts typed text where the cursor is; while a search goes on, it looks for more. */
  type(text: string): void {
    if (this.#search) return this.#seek(search => search.extend(text))
    this.#change(insert(this.#draft, text), {isTyping: text.trim() !== ''})
  }

  /** Puts a block in, with its line breaks; those at its end only ended it. */
  paste(block: string): void {
    this.#acceptSearch()
    this.#change(insert(this.#draft, normalise(block)))
  }

  /** Does what a key says; returns whether it is one for an editor. */
  press(key: string): boolean {
    if (this.#search && this.#pressInSearch(key)) return true
    const edit = keyBindings.get(key)
    if (edit) this.#perform(edit)
    return edit !== undefined
  }

  /** Puts another text in the place of what lies between `start` and the cursor. */
  replaceFrom(start: number, text: string): void {
    const {draft} = removeTo(this.#draft, () => start)
    this.#change(insert(draft, text))
  }

  /** Gives the text away, and begins anew. */
  take(): string {
    const {text} = this.#draft
    this.#recall.add(text)
    this.#begin()
    return text
  }

  /** Throws the text away. */
  clear(): void {
    this.#recall.restart()
    this.#begin()
  }

  #begin(): void {
    this.#draft = emptyDraft
    this.#search = this.#last = undefined
    this.#undo.clear()
  }

  #perform(edit: Edit): void {
    if ('move' in edit) this.#move(moveTo(this.#draft, edit.move))
    else if ('remove' in edit) this.#change(removeTo(this.#draft, edit.remove).draft)
    else if ('kill' in edit) this.#kill(edit.kill)
    else this.#acts[edit.act]()
  }

  readonly #acts: Readonly<Record<Act, () => void>> = {
    yank: () => this.#yank(this.#kills.newest()),
    'yank-pop': () => this.#yankAnother(),
    undo: () => this.#move(this.#undo.take() ?? this.#draft),
    transpose: () => this.#change(transpose(this.#draft)),
    newline: () => this.#change(insert(this.#draft, '\n')),
    older: () => this.#goUp(),
    newer: () => this.#goDown(),
    search: () => this.#beginSearch(),
  }

  #move(draft: Draft): void {
    this.#draft = draft
    this.#undo.pause()
    this.#last = undefined
  }

  #change(draft: Draft, {isTyping = false} = {}): void {
    if (draft.text !== this.#draft.text) this.#undo.keep(this.#draft, {isTyping})
    this.#draft = draft
    this.#last = undefined
  }

  #kill(motion: Motion): void {
    const {draft, removed} = removeTo(this.#draft, motion)
    this.#kills.add(removed, {isBackward: motion(this.#draft) < this.#draft.cursor, joinsLast: this.#last === 'kill'})
    this.#change(draft)
    this.#last = 'kill'
  }

  #yank(text: string): void {
    const beforeYank = this.#draft
    this.#change(insert(beforeYank, text))
    this.#last = {beforeYank}
  }

  #yankAnother(): void {
    if (typeof this.#last !== 'object') return
    this.#change(this.#last.beforeYank)
    this.#yank(this.#kills.rotate())
  }

  #goUp(): void {
    const above = lineAbove(this.#draft)
    if (above) return this.#move(above)
    this.#show(this.#recall.older(this.#draft.text))
  }

  #goDown(): void {
    const below = lineBelow(this.#draft)
    if (below) return this.#move(below)
    this.#show(this.#recall.newer(this.#draft.text))
  }

  #show(recalled: string | undefined): void {
    if (recalled !== undefined) this.#change(draftOf(recalled))
  }

  #beginSearch(): void {
    this.#search = {search: new HistorySearch(this.#recall.newestFirst), before: this.#draft}
    this.#last = undefined
  }

  /** Whether a key means something to a search; any other one ends it, and then means what it does. */
  #pressInSearch(key: string): boolean {
    if (key === 'ctrl-r') this.#seek(search => search.older())
    else if (key === 'ctrl-s') this.#seek(search => search.newer())
    else if (key === 'backspace' || key === 'ctrl-h') this.#seek(search => search.shorten())
    else if (['escape', 'ctrl-g', 'ctrl-c'].includes(key)) this.#abandonSearch()
    else {
      this.#acceptSearch()
      return ['enter', 'ctrl-j', 'tab'].includes(key)
    }
    return true
  }

  #seek(go: (search: HistorySearch) => void): void {
    if (!this.#search) return
    const {search, before} = this.#search
    go(search)
    this.#draft = search.found ? draftOf(search.found.line, search.found.index) : before
  }

  #acceptSearch(): void {
    if (!this.#search) return
    const [found, {before}] = [this.#draft, this.#search]
    this.#search = undefined
    this.#draft = before
    this.#change(found)
  }

  #abandonSearch(): void {
    this.#draft = this.#search?.before ?? this.#draft
    this.#search = undefined
  }
}

function normalise(block: string): string {
  return block.replace(/[\r\n]+$/, '').replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
}
