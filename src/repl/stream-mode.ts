import type {Readable} from 'node:stream'
import type {Conversation, RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {isHosted} from './is-hosted.js'
import type {LineOutput} from './line-output.js'
import type {InputLine} from './line-splitter.js'
import {readLines} from './read-lines.js'
import {settlesWithin} from './settles-within.js'
import {Shell} from './shell.js'
import type {ShellIo} from './shell-io.js'
import type {ShellView} from './shell-view.js'

const defaultTimeoutMs = 600_000
const utf8Hint = 'Text is sent as UTF-8: convert it first, for example with `iconv`, or send it as a file.'

/** How line mode and event mode differ. */
export interface StreamView extends ShellView {
  /** Where it shows things: talk goes at the pace of those who read there, and the end waits for them. */
  outputs: readonly LineOutput[]
  /** Shows what happens in the room. */
  show: (event: RoomEvent) => void
  /** Does what a line of standard input says; resolves when the next may come. */
  take: (line: string, shell: Shell) => Promise<void>
}

/** Runs a shell that reads and writes lines, until the conversation is over; returns the exit code of the process. */
export async function runStreams(conversation: Conversation, io: ShellIo, view: StreamView): Promise<number> {
  const shell = new Shell(conversation, io, view)
  for (const output of view.outputs) conversation.paceBy(output)
  conversation.subscribe(event => {
    if (shell.observe(event)) view.show(event)
  })
  await shell.attempt(() => readInput(io.stdin, line => takeLine(line, shell, view), conversation.ended))
  shell.endInput()
  if (!isHosted(conversation)) await Promise.race([conversation.ended, finish(conversation, io, shell)])
  const {error} = await conversation.ended
  if (error) view.fail(error)
  io.stdin.destroy()
  await Promise.all(view.outputs.map(output => output.flushed()))
  return error?.exitCode ?? (isHosted(conversation) ? 0 : shell.outcome.exitCode)
}

async function readInput(stdin: Readable, take: (line: InputLine) => Promise<void>, stopped: Promise<unknown>) {
  try {
    await readLines(stdin, take, stopped)
  } catch (cause) {
    throw new ChatctlError('not-readable', 'standard input cannot be read', {cause})
  }
}

async function takeLine(line: InputLine, shell: Shell, view: StreamView): Promise<void> {
  if ('text' in line) return view.take(line.text, shell)
  if (line.problem === 'too long')
    shell.fail(new ChatctlError('message-too-long', 'a line is too long: nothing was sent'))
  else shell.fail(new ChatctlError('bad-argument', 'a line is not UTF-8: nothing was sent', {hint: utf8Hint}))
}

/** What a member does at the end of its input: listen on, wait for answers and transfers, and leave. */
async function finish(conversation: Conversation, io: ShellIo, shell: Shell): Promise<void> {
  if (io.waitMs !== undefined) await settlesWithin(conversation.ended, io.waitMs)
  await shell.idle()
  const callOff = (transfer: number): void => conversation.cancel(transfer, noAnswer())
  const areAnswered = shell.offers.areAnswered(io.timeoutMs ?? defaultTimeoutMs, callOff)
  const isAnswered = await Promise.race([conversation.ended.then(() => true), areAnswered])
  if (!isAnswered) shell.fail(noAnswer())
  await Promise.all([shell.deliveries.drained(), shell.offers.settled()])
  // Offers without an answer would hold this up until they expire.
  if (isAnswered) await conversation.settled()
  shell.outcome.conclude()
  await conversation.leave()
}

function noAnswer(): ChatctlError {
  return new ChatctlError('no-answer', 'an offer had no answer')
}
