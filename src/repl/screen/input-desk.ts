import {sanitiseLine} from '../../ui/sanitise.js'
import type {Theme} from '../../ui/theme.js'
import {cutMiddle} from '../../ui/width.js'
import type {Completer, Hinter} from '../completion.js'
import {layOut, type Prompt, type RowsWithCursor} from './input-rows.js'
import type {Keystroke} from './key-decoder.js'
import {LineEditor} from './line-editor.js'
import {listRows} from './list-rows.js'
import type {BlockSize} from './live-area.js'
import type {Recall} from './recall.js'
import {cutEnd} from './row-text.js'
import {SnippetQuestion} from './snippet-question.js'
import {TabCompletion} from './tab-completion.js'

/** What an input desk tells of the keys that are not for its editor. */
export interface DeskKeys {
  /** Whether a text may leave the editor when Enter is pressed. */
  readonly mayEnter: (text: string) => boolean
  readonly onEnter: (text: string) => void
  /** A block was pasted that is to go as a file. */
  readonly onSnippet: (text: string) => void
  /** Ctrl-C where nothing is written; otherwise it clears what is. */
  readonly onInterrupt: () => void
  /** Ctrl-D where nothing is written. */
  readonly onEnd: () => void
  /** Ctrl-L. */
  readonly onRedraw: () => void
  /** Ctrl-Z. */
  readonly onSuspend: () => void
  /** Something that is drawn may have changed. */
  readonly onChange: () => void
  /** What is written could not be completed. */
  readonly onMistake: (error: unknown) => void
}

/** What an input desk knows from elsewhere. */
export interface DeskHelp {
  readonly recall: Recall
  readonly complete: Completer
  readonly hint: Hinter
  readonly theme: Theme
}

const maxInputRows = 10
const maxListRows = 8

/** Where a person writes: the editor, what completes and explains what is written, and how all of it is drawn. */
export class InputDesk {
  readonly #keys: DeskKeys
  readonly #help: DeskHelp
  readonly #editor: LineEditor
  readonly #completion: TabCompletion
  #question: SnippetQuestion | undefined

  constructor(keys: DeskKeys, help: DeskHelp) {
    this.#keys = keys
    this.#help = help
    this.#editor = new LineEditor(help.recall)
    this.#completion = new TabCompletion(this.#editor, help.complete, keys)
  }

  /** What is written and was not entered. */
  get written(): string {
    return this.#question?.text ?? this.#editor.draft.text
  }

  /** Takes what was typed. */
  take(keystroke: Keystroke): void {
    if (this.#question) this.#answer(this.#question, keystroke)
    else if (keystroke.kind === 'text') this.#edit(() => this.#editor.type(keystroke.text))
    else if (keystroke.kind === 'paste') this.#paste(keystroke.text)
    else if (keystroke.kind === 'key') this.#press(keystroke.name)
    this.#keys.onChange()
  }

  /** Lays out what is written, under its prompt, and the list below it. */
  layOut(nick: string, {columns, rows}: BlockSize): RowsWithCursor {
    const prompt = this.#prompt(nick, Math.floor(columns / 2))
    if (this.#question) return this.#question.layOut({columns, maxRows: rows})
    const maxRows = Math.max(1, Math.min(maxInputRows, Math.floor(rows / 2)))
    const input = this.#withHint(layOut(this.#editor.draft, prompt, {columns, maxRows}), columns)
    return {...input, rows: [...input.rows, ...this.#listRows(columns, rows - input.rows.length)]}
  }

  #prompt(nick: string, columns: number): Prompt {
    const {search} = this.#editor
    const {faint, strong} = this.#help.theme
    if (!search) return {text: cutMiddle(`${sanitiseLine(nick)}> `, columns), style: strong}
    const query = sanitiseLine(search.query)
    const text = search.isFailing ? `(no line has "${query}") ` : `(search "${query}") `
    return {text: cutMiddle(text, columns), style: faint}
  }

  /** Only where it can be told from what is written. */
  #withHint(input: RowsWithCursor, columns: number): RowsWithCursor {
    const {text, cursor} = this.#editor.draft
    const {faint} = this.#help.theme
    const isShown = text !== '' && cursor === text.length && !this.#editor.search && faint(' ') !== ' '
    const hint = isShown ? cutEnd(sanitiseLine(this.#help.hint(text)), columns - input.cursor.column) : ''
    if (hint === '') return input
    return {...input, rows: input.rows.with(-1, (input.rows.at(-1) ?? '') + faint(hint))}
  }

  #listRows(columns: number, room: number): string[] {
    const {list} = this.#completion
    return list ? listRows(list, {columns, maxRows: Math.min(maxListRows, room)}, this.#help.theme) : []
  }

  #answer(question: SnippetQuestion, keystroke: Keystroke): void {
    const answer = question.answer(keystroke)
    if (answer === undefined) return
    this.#question = undefined
    if (answer === 'file') this.#keys.onSnippet(question.text)
    if (answer === 'message') this.#editor.paste(question.text)
  }

  #paste(block: string): void {
    if (SnippetQuestion.isAskedFor(block)) this.#question = new SnippetQuestion(block)
    else this.#edit(() => this.#editor.paste(block))
  }

  #press(key: string): void {
    if (key === 'tab' && !this.#editor.search) void this.#completion.advance(1)
    else if (key === 'shift-tab') void this.#completion.advance(-1)
    else if (key === 'escape' && this.#completion.close()) return
    else if (key === 'ctrl-l') this.#keys.onRedraw()
    else if (key === 'ctrl-z') this.#keys.onSuspend()
    else if (key === 'ctrl-d' && this.#isEmpty) this.#keys.onEnd()
    else this.#edit(() => this.#editor.press(key) || this.#pressOther(key))
  }

  #pressOther(key: string): void {
    if (key === 'enter' || key === 'ctrl-j') this.#enter()
    else if (key === 'ctrl-c' && this.#isEmpty) this.#keys.onInterrupt()
    else if (key === 'ctrl-c') this.#editor.clear()
  }

  #edit(change: () => void): void {
    const before = this.#editor.draft
    change()
    if (this.#editor.draft !== before) void this.#completion.follow()
  }

  #enter(): void {
    if (!this.#keys.mayEnter(this.#editor.draft.text)) return
    this.#completion.close()
    this.#keys.onEnter(this.#editor.take())
  }

  get #isEmpty(): boolean {
    return this.#editor.draft.text === '' && !this.#editor.search
  }
}
