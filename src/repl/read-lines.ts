import type {Readable} from 'node:stream'
import {type InputLine, LineSplitter} from './line-splitter.js'
import {maxMessageBytes} from './message-limit.js'

/** The most bytes in a line: a whole message as a JSON string, each byte escaped, with room for the rest. */
export const maxLineBytes = 8 * maxMessageBytes

/**
 * Hands each line of a stream to `take`, in order, and reads on only when that has resolved.
 *
 * Resolves at the end of the stream, or as soon as `stopped` does.
 */
export async function readLines(
  stream: Readable,
  take: (line: InputLine) => Promise<void>,
  stopped: Promise<unknown>,
): Promise<void> {
  const splitter = new LineSplitter(maxLineBytes)
  const chunks = stream.iterator({destroyOnReturn: false}) as AsyncIterator<Buffer | string>
  const reading = {isStopped: false}
  const stop = stopped.then(() => void (reading.isStopped = true))
  for (let isAtEnd = false; !isAtEnd;) {
    const next = await Promise.race([stop, chunks.next()])
    if (next === undefined) return
    isAtEnd = next.done === true
    const lines = next.done === true ? splitter.end() : splitter.push(Buffer.from(next.value))
    for (const line of lines) {
      if (reading.isStopped) return
      await Promise.race([stop, take(line)])
    }
  }
}
