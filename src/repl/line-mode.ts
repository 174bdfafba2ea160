import type {Conversation, RoomEvent} from '../conversation.js'
import {formatPart} from '../errors/format-size.js'
import {formatRate} from '../ui/format.js'
import {plainLook, type Look} from '../ui/look.js'
import {createTheme, type Theme} from '../ui/theme.js'
import {errorText} from './error-text.js'
import {eventText, isRepeated} from './event-text.js'
import {connectedLine, listeningLines, type ListeningEvent} from './first-screen.js'
import {LineOutput} from './line-output.js'
import {messageLine, type MessageEvent} from './message-text.js'
import type {ShellIo} from './shell-io.js'
import {runStreams} from './stream-mode.js'

/**
 * Runs a shell for pipes: others' messages are lines on standard output, everything else goes to standard error.
 *
 * Returns the exit code of the process.
 */
export function runLineMode(conversation: Conversation, io: ShellIo): Promise<number> {
  const theme = plainTheme(io.look.stderr)
  const {fit} = plainTheme(io.look.stdout)
  const [out, err] = [new LineOutput(io.stdout), new LineOutput(io.stderr)]
  const print = (text: string) => err.write(theme.fit(text))
  return runStreams(conversation, io, {
    outputs: [out, err],
    print,
    fail: error => print(errorText(error, theme)),
    show: event => show(event),
    take: (line, shell) => shell.submit(line),
  })

  function show(event: RoomEvent): void {
    if (event.event === 'message') {
      if (!event.self) out.write(fit(messageLine(event)))
    } else if (event.event === 'listening') print(listeningLines(event, conversation, io.facts))
    else if (isTold(event, io.verbosity)) tell(event)
  }

  function tell(event: Exclude<RoomEvent, MessageEvent | ListeningEvent>): void {
    if (event.event === 'connected') print(connectedLine(event, conversation))
    else if (event.event === 'progress') print(progressText(event))
    else print(eventText(event, theme))
  }
}

function plainTheme({isUnicode, commandStart}: Look): Theme {
  return createTheme({...plainLook, isUnicode, commandStart})
}

const urgent: RoomEvent['event'][] = ['offer', 'paused', 'declined', 'failed', 'cancelled', 'error']

function isTold(event: RoomEvent, verbosity: ShellIo['verbosity']): boolean {
  if (verbosity === 'quiet') return urgent.includes(event.event)
  return verbosity === 'verbose' || (event.event !== 'progress' && !isRepeated(event))
}

function progressText({transfer, bytes, total, rate}: Extract<RoomEvent, {event: 'progress'}>): string {
  return `#${transfer}  ${formatPart(bytes, total)}  ${formatRate(rate)}`
}
