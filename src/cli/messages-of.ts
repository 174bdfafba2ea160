import type {Readable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'
import {type InputLine, LineSplitter} from '../repl/line-splitter.js'
import {maxMessageBytes} from '../repl/message-limit.js'

/**
 * Returns the lines of a stream as messages, each as it comes; blank ones are none.
 *
 * Throws a {@link ChatctlError} `message-too-long`, or `bad-argument` for what is not UTF-8.
 */
export async function* messagesOf(stream: Readable): AsyncGenerator<string> {
  // With a line break of two bytes, the first of them counts.
  const splitter = new LineSplitter(maxMessageBytes + 1)
  for await (const chunk of stream) yield* textsOf(splitter.push(Buffer.from(chunk as Buffer | string)))
  yield* textsOf(splitter.end())
}

function* textsOf(lines: Iterable<InputLine>): Generator<string> {
  for (const line of lines) {
    if ('problem' in line) throw unsayable(line.problem)
    if (line.text.trim() !== '') yield line.text
  }
}

function unsayable(problem: 'too long' | 'not UTF-8'): ChatctlError {
  if (problem === 'too long') return new ChatctlError('message-too-long', 'a line is too long for one message')
  const hint = 'Text is sent as UTF-8: convert it first, for example with `iconv`, or send it as a file.'
  return new ChatctlError('bad-argument', 'a line is not UTF-8', {hint})
}
