import type {Conversation, RoomEvent} from '../conversation.js'
import {type Action, parseAction} from './action.js'
import {eventLine} from './event-line.js'
import {listeningLine} from './first-screen.js'
import {LineOutput} from './line-output.js'
import type {Shell} from './shell.js'
import type {ShellIo} from './shell-io.js'
import {runStreams} from './stream-mode.js'

/**
 * Runs a shell for programs: standard output carries one JSON event a line, and input lines that are JSON objects are
 * actions.
 *
 * Returns the exit code of the process.
 */
export function runEventMode(conversation: Conversation, io: ShellIo): Promise<number> {
  const [out, err] = [new LineOutput(io.stdout), new LineOutput(io.stderr)]
  const print = (text: string) => err.write(text)
  const show = (event: RoomEvent) => {
    if (event.event === 'listening') print(listeningLine(event))
    out.write(eventLine(event, new Date()))
  }
  return runStreams(conversation, io, {
    outputs: [out, err],
    print,
    fail: ({code, message}) => show({event: 'error', code, message}),
    show,
    take: (line, shell) => shell.attempt(() => take(line, shell, conversation)),
  })
}

async function take(line: string, shell: Shell, conversation: Conversation): Promise<void> {
  const action = parseAction(line)
  if (action === undefined) await shell.submit(line)
  else await carryOut(action, shell, conversation)
}

async function offerFile({file, ...terms}: Extract<Action, {file: string}>, shell: Shell): Promise<void> {
  await shell.files.offer(file, terms)
}

async function carryOut(action: Action, shell: Shell, conversation: Conversation): Promise<void> {
  if ('file' in action) await offerFile(action, shell)
  else if ('retry' in action) await shell.files.retry(action.retry)
  else if ('get' in action) conversation.accept(action.get, action.as)
  else if ('decline' in action) conversation.decline(action.decline)
  else if ('cancel' in action) conversation.cancel(action.cancel)
  else if ('pause' in action) conversation.pause(action.pause)
  else if ('resume' in action) conversation.resume(action.resume)
  else if ('nick' in action) await conversation.rename(action.nick)
  else if ('quit' in action) await shell.quit()
  else if ('to' in action) await shell.deliveries.send(action.say, () => conversation.tell(action.to, action.say))
  else await shell.deliveries.send(action.say, () => conversation.say(action.say, action.kind))
}
