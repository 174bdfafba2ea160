import {nameOfControl, nameOfSequence} from './key-names.js'

/** What a terminal sends: text, a key by its name (`ctrl-a`, `alt-left`, `enter`), a whole paste, or news of itself. */
export type Keystroke =
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'key'; readonly name: string}
  | {readonly kind: 'paste'; readonly text: string}
  | {readonly kind: 'focus'; readonly hasFocus: boolean}
  | {readonly kind: 'position'; readonly column: number}

const escape = '\u001b'
const pasteEnd = '\u001b[201~'

/* eslint-disable no-control-regex */
// ECMA-48, 5.4: a control sequence; SS3 and one character; the function keys of the Linux console.
const sequence = /^\u001b(\[\[[A-E]|\[[0-?]*[ -/]*[@-~]|O[0-9;]*[A-Za-z])/
const unfinished = /^\u001b\u001b?(\[\[?|\[[0-?]*[ -/]*|O[0-9;]*)?$/
const maxSequenceLength = 64
const textRun = /^[^\u0000-\u001f\u007f]+/
const escapes = /^\u001b+/
// Esc, and before its time is over a key with Ctrl: with Alt only those are pressed that are left out here.
const fast = /^\u001b[\u0000-\u0007\u0009\u000b\u000c\u000e-\u001a\u001c-\u001f]/
/* eslint-enable no-control-regex */

/** Reads what a terminal sends, wherever it is cut. */
export class KeyDecoder {
  #rest = ''
  #pasted: string[] | undefined

  /** Whether what came last may be the Esc key, or the start of another one: only time tells. */
  get isWaiting(): boolean {
    return this.#rest !== '' && this.#pasted === undefined
  }

  /** Returns the keystrokes that are complete. */
  push(chunk: string): Keystroke[] {
    this.#rest += chunk
    return [...this.#read()]
  }

  /** Takes what waits as it is: no more of it will come. */
  flush(): Keystroke[] {
    if (!this.isWaiting) return []
    const count = escapes.exec(this.#rest)?.[0].length ?? 0
    const isCut = this.#rest.length > count
    this.#rest = ''
    return Array.from({length: isCut ? 0 : count}, () => ({kind: 'key', name: 'escape'}))
  }

  *#read(): Generator<Keystroke> {
    while (this.#rest !== '') {
      if (this.#pasted !== undefined) {
        const pasted = this.#readPaste(this.#pasted)
        if (pasted === undefined) return
        yield pasted
      } else if (this.#rest.startsWith(escape)) {
        const found = this.#readEscape()
        if (found === undefined) return
        yield* found
      } else yield this.#readPlain()
    }
  }

  #readPlain(): Keystroke {
    const text = textRun.exec(this.#rest)?.[0]
    const taken = this.#take(text?.length ?? 1)
    return text === undefined ? {kind: 'key', name: nameOfControl(taken)} : {kind: 'text', text}
  }

  /** Undefined when more has to come. */
  #readEscape(): Keystroke[] | undefined {
    const isDoubled = this.#rest.startsWith(escape + escape)
    const [found] = sequence.exec(this.#rest.slice(isDoubled ? 1 : 0)) ?? []
    if (found !== undefined) return this.#meaningOf(this.#take(found.length + (isDoubled ? 1 : 0)), isDoubled)
    if (unfinished.test(this.#rest) && this.#rest.length < maxSequenceLength) return undefined
    if (isDoubled || fast.test(this.#rest)) return [{kind: 'key', name: this.#take(1) && 'escape'}]
    return [{kind: 'key', name: `alt-${nameOfAlt(this.#takeEscaped())}`}]
  }

  #takeEscaped(): string {
    this.#take(1)
    return this.#take(String.fromCodePoint(this.#rest.codePointAt(0) ?? 0).length)
  }

  #meaningOf(found: string, isAlt: boolean): Keystroke[] {
    const body = found.slice(isAlt ? 2 : 1)
    if (body === '[200~') this.#pasted = []
    if (body === '[I' || body === '[O') return [{kind: 'focus', hasFocus: body === '[I'}]
    const column = /^\[\d+;(\d+)R$/.exec(body)?.[1]
    if (column !== undefined) return [{kind: 'position', column: Number(column)}]
    const name = nameOfSequence(body)
    return name === undefined ? [] : [{kind: 'key', name: (isAlt ? 'alt-' : '') + name}]
  }

  #readPaste(pasted: string[]): Keystroke | undefined {
    const end = this.#rest.indexOf(pasteEnd)
    // The end may be cut: what could be its start is not text yet.
    pasted.push(this.#take(end === -1 ? this.#rest.length - startOfEnd(this.#rest) : end))
    if (end === -1) return undefined
    this.#take(pasteEnd.length)
    this.#pasted = undefined
    return {kind: 'paste', text: pasted.join('')}
  }

  #take(length: number): string {
    const taken = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    return taken
  }
}

function nameOfAlt(character: string): string {
  return textRun.test(character) ? character.toLowerCase() : nameOfControl(character)
}

/** How many characters at the end of a text may be the start of the mark that ends a paste. */
function startOfEnd(text: string): number {
  const lengths = Array.from({length: Math.min(text.length, pasteEnd.length - 1)}, (_, index) => index + 1)
  return lengths.findLast(length => pasteEnd.startsWith(text.slice(-length))) ?? 0
}
