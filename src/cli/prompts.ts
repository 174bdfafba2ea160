import {createInterface, type Completer} from 'node:readline'
import type {Readable, Writable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'

/** The terminal on which a person is asked; what is typed is shown there and kept nowhere. */
export interface Terminal {
  input: Readable
  output: Writable
}

/** Thrown when a person presses Ctrl-C instead of answering: there is nothing to report. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'

  constructor() {
    super('interrupted')
  }
}

/**
 * Asks one question; undefined when the input ends instead of an answer. Tab asks `completer` what the line may become;
 * Ctrl-C throws {@link Interrupted}.
 */
export function ask(
  question: string,
  {input, output}: Terminal,
  completer: Completer = () => [[], ''],
): Promise<string | undefined> {
  const editor = createInterface({input, output, completer, terminal: true, historySize: 0})
  return new Promise((resolve, reject) => {
    editor.once('SIGINT', () => {
      reject(new Interrupted())
      output.write('\n')
      editor.close()
    })
    editor.once('close', () => resolve(undefined))
    editor.question(question, answer => {
      resolve(answer.trim())
      editor.close()
    })
  })
}

/** Asks for the host's address until there is one. */
export async function askAddress(terminal: Terminal): Promise<string> {
  const address = await ask('Address of the host: ', terminal)
  if (address === undefined) throw new ChatctlError('no-address', 'no address was given')
  return address === '' ? askAddress(terminal) : address
}

/**
 * Asks for the code until it is well formed, and tells by `onSlip` what is wrong with it, so that a slip of the finger
 * costs no try; Tab completes its words.
 */
export async function askCode(
  question: string,
  terminal: Terminal,
  onSlip: (message: string) => void,
): Promise<string> {
  const {canonicalCode, completeCode} = await import('../security/code.js')
  for (;;) {
    const typed = await ask(question, terminal, completeCode)
    if (typed === undefined) throw new ChatctlError('no-code', 'no code was given')
    try {
      return canonicalCode(tidyCode(typed))
    } catch (error) {
      if (!(error instanceof ChatctlError)) throw error
      onSlip(error.message)
    }
  }
}

/** Takes what stands around the words of a code when it was copied: its label, quotes, dashes of a word processor. */
function tidyCode(typed: string): string {
  return typed.replace(/^code\s*:/i, '').replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
}

/** Asks whether to enter a room whose host proves nothing about itself. */
export async function askToEnterUnproved(terminal: Terminal): Promise<boolean> {
  const answer = await ask('nobody is proved here, enter? [y/N] ', terminal)
  return /^y(es)?$/i.test(answer ?? '')
}
