import type {RowsWithCursor} from './input-rows.js'
import type {Keystroke} from './key-decoder.js'

/** The most lines that go into a message without a question. */
const maxMessageLines = 100

const answers: ReadonlyMap<string, 'file' | 'message' | 'nothing'> = new Map([
  ['f', 'file'],
  ['m', 'message'],
  ['escape', 'nothing'],
  ['ctrl-c', 'nothing'],
  ['ctrl-g', 'nothing'],
])

/** What is asked when somebody has pasted much: whether it is a message at all. */
export class SnippetQuestion {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Whether a pasted block has so many lines that it may have been meant as a file. */
  static isAskedFor(block: string): boolean {
    return lineCount(block) > maxMessageLines
  }

  /** Returns what a key decides, if anything. */
  answer(keystroke: Keystroke): 'file' | 'message' | 'nothing' | undefined {
    if (keystroke.kind === 'text') return answers.get(keystroke.text.toLowerCase())
    return keystroke.kind === 'key' ? answers.get(keystroke.name) : undefined
  }

  /** Lays out the question, with the cursor behind it. */
  layOut({columns, maxRows}: {columns: number; maxRows: number}): RowsWithCursor {
    const choices = ['f  send them as a file', 'm  put them into the message', 'Esc  drop them']
    const question = `${lineCount(this.text)} lines were pasted:`
    const inOneRow = `${question} ${choices.join('   ')} `
    const rows = inOneRow.length <= columns ? [inOneRow] : [question, ...choices.map(choice => `  ${choice} `)]
    const shown = rows.slice(0, maxRows).map(row => row.slice(0, columns))
    return {rows: shown, cursor: {row: shown.length - 1, column: shown.at(-1)?.length ?? 0}}
  }
}

function lineCount(block: string): number {
  return block.replace(/[\r\n]+$/, '').split(/\r\n?|\n/).length
}
