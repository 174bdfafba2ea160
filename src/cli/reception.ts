import type {Conversation, RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {errorText} from '../repl/error-text.js'
import {eventText} from '../repl/event-text.js'
import {doorLines} from '../repl/first-screen.js'
import {parseInput} from '../repl/input.js'
import {LineOutput} from '../repl/line-output.js'
import {runShell} from '../repl/run-shell.js'
import type {ShellIo} from '../repl/shell-io.js'
import type {Shell} from '../repl/shell.js'
import {runStreams} from '../repl/stream-mode.js'
import {createTheme} from '../ui/theme.js'
import {DeliveryView, type ProgressScreen} from './delivery-view.js'

/** How a host that takes files only is shown. */
export interface ReceptionChoices {
  screen: ProgressScreen
  /** What starts `send-file` here, such as `npx chatctl send-file`. */
  sendCommand: string
  /** Whether offers wait for an answer. */
  isAsking: boolean
}

/**
 * Shows what a host receives until it is over, on standard error, and does what lines of standard input ask for.
 *
 * Returns the exit code of the process.
 */
export function runReception(conversation: Conversation, io: ShellIo, choices: ReceptionChoices): Promise<number> {
  if (io.mode === 'event') return runShell(conversation, io)
  const theme = createTheme(io.look.stderr)
  const view = new DeliveryView({...choices.screen, direction: 'receive'})
  const print = (text: string): void => view.print(text)
  return runStreams(conversation, io, {
    outputs: [new LineOutput(io.stderr)],
    print,
    fail: error => print(errorText(error, theme)),
    show,
    take: (line, shell) => {
      view.takeTyped(line)
      return takeCommand(line, shell)
    },
  }).finally(() => view.close())

  function show(event: RoomEvent): void {
    view.observe(event)
    if (event.event === 'listening') print(doorLines(event, conversation, sendLine(event.addresses[0], event.port)))
    else if (isTold(event)) print(eventText(event, theme))
  }

  function sendLine(address = 'localhost', port: number): string {
    const atPort = port === io.facts.defaultPort ? '' : ` -p ${port}`
    return `send with: ${choices.sendCommand} --to ${address}${atPort} PATH...`
  }

  function isTold(event: RoomEvent): event is ReceptionEvent {
    if (event.event === 'offer') return choices.isAsking
    if (event.event === 'received' || event.event === 'invite' || event.event === 'remembered')
      return choices.screen.verbosity !== 'quiet'
    return ['declined', 'failed', 'cancelled', 'error'].includes(event.event)
  }
}

type ReceptionEvent = Extract<
  RoomEvent,
  {event: 'offer' | 'received' | 'invite' | 'remembered' | 'declined' | 'failed' | 'cancelled' | 'error'}
>

async function takeCommand(line: string, shell: Shell): Promise<void> {
  if (parseInput(line).kind !== 'message') return shell.submit(line)
  const hint = '`/quit` ends it; `/help` lists the other commands.'
  shell.fail(new ChatctlError('bad-argument', 'nobody is here to talk to: only files come', {hint}))
}
