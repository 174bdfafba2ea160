import type {Writable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'

/** What may wait until somebody reads it; more than anyone falls behind who reads at all. */
export const maxWaitingBytes = 64 * 2 ** 20

const hint = 'Whatever has the other end of the pipe must go on reading; a file takes everything.'

/**
 * Returns how to write lines to an output that people's talk must not fill without limit: when too much waits to be
 * read, the output breaks with a {@link ChatctlError} `not-writable`, as its 'error' event.
 */
export function boundedLines(output: Writable): (text: string) => void {
  return text => {
    output.write(`${text}\n`)
    if (output.writableLength > maxWaitingBytes)
      output.destroy(new ChatctlError('not-writable', 'nobody reads the output', {hint}))
  }
}
