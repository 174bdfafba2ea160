import {createInterface, emitKeypressEvents, type Interface, type Key} from 'node:readline'
import {PassThrough, type Readable, Writable} from 'node:stream'
import {typedLineBreak} from './input-view.js'

/** What an editor tells of the keys that it does not use itself. */
export interface EditorKeys {
  /** Whether a line may leave the editor when Enter is pressed. */
  mayEnter: (text: string) => boolean
  onEnter: (text: string) => void
  /** Ctrl-C on an empty line; on any other it clears the line. */
  onInterrupt: () => void
  /** Ctrl-D on an empty line, or the end of the input. */
  onEnd: () => void
  /** Ctrl-L. */
  onRedraw: () => void
  /** The line or the cursor may have changed. */
  onChange: () => void
}

/** Edits one line from the keys of a terminal: readline does the editing, and draws nothing. */
export class LineEditor {
  readonly #stdin: Readable
  readonly #keys: EditorKeys
  readonly #readline: Interface
  #pasted: string | undefined

  constructor(stdin: Readable, keys: EditorKeys) {
    this.#stdin = stdin
    this.#keys = keys
    this.#readline = createInterface({input: new PassThrough(), output: createSink(), terminal: true, prompt: ''})
    emitKeypressEvents(stdin)
    stdin.on('keypress', this.#press)
    stdin.on('end', keys.onEnd)
    stdin.on('error', keys.onEnd)
    stdin.resume()
  }

  /** The line as it is being edited: line breaks inside are {@link typedLineBreak}. */
  get line(): string {
    return this.#readline.line
  }

  /** Where the next character goes, as an index into `line`. */
  get cursor(): number {
    return this.#readline.cursor
  }

  /** Stops listening. */
  close(): void {
    this.#stdin.off('keypress', this.#press)
    this.#stdin.off('end', this.#keys.onEnd)
    this.#stdin.off('error', this.#keys.onEnd)
    this.#stdin.pause()
    this.#readline.close()
  }

  readonly #press = (text: string | undefined, key: Key): void => {
    if (key.name === 'paste-start') this.#pasted = ''
    else if (key.name === 'paste-end') this.#insertPasted()
    else if (this.#pasted !== undefined) this.#pasted += text ?? key.sequence ?? ''
    else this.#act(text, key)
    if (this.#pasted === undefined) this.#keys.onChange()
  }

  #act(text: string | undefined, key: Key): void {
    if (key.name === 'return' || key.name === 'enter') return this.#enter()
    if (key.ctrl === true && key.name === 'c') return this.#interrupt()
    if (key.ctrl === true && key.name === 'd' && this.line === '') return this.#keys.onEnd()
    if (key.ctrl === true && key.name === 'l') return this.#keys.onRedraw()
    if (!isUnused(key)) this.#readline.write(text ?? null, key)
  }

  #enter(): void {
    const text = this.line.replaceAll(typedLineBreak, '\n')
    if (!this.#keys.mayEnter(text)) return
    this.#readline.write(null, {name: 'return'})
    this.#keys.onEnter(text)
  }

  #interrupt(): void {
    if (this.line === '') return this.#keys.onInterrupt()
    this.#readline.write(null, {ctrl: true, name: 'e'})
    this.#readline.write(null, {ctrl: true, name: 'u'})
  }

  #insertPasted(): void {
    const text = (this.#pasted ?? '').replace(/[\r\n]+$/, '').replaceAll(/\r\n?|[\n\u2028\u2029]/g, typedLineBreak)
    this.#pasted = undefined
    if (text !== '') this.#readline.write(text)
  }
}

/** Keys that readline would take for itself: there is nothing to complete, and it must not suspend the process. */
function isUnused({ctrl, name}: Key): boolean {
  return name === 'tab' || (ctrl === true && name === 'z')
}

function createSink(): Writable {
  return new Writable({write: (_chunk, _encoding, done) => done()})
}
